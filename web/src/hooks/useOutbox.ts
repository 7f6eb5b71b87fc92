import { discardDraft, draftKey, refusedDraft } from '../session/drafts';
import type { OutboxEntry } from '../store/outbox';
import { useObservable } from './useObservable';
import { useWorkspace } from './useWorkspace';

export interface OutboxValue {
  /** What has not been taken by the server, oldest first. */
  entries: readonly OutboxEntry[];
  /** Takes back what has not been sent. */
  cancel: (id: string) => void;
  /** Sends what was refused once more. */
  retry: (id: string) => void;
  /** Lets go of what was refused. */
  discard: (id: string) => void;
}

/** What the user has done that the server has not taken yet. */
export function useOutbox(): OutboxValue {
  const { outbox } = useWorkspace();
  return {
    entries: useObservable(outbox.entries),
    cancel: (id) => void outbox.cancel(id),
    retry: (id) => void outbox.retry(id),
    discard: (id) => {
      discardDraft(draftKey(refusedDraft(id)));
      void outbox.cancel(id);
    },
  };
}
