import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { discardDraft, draftKey, followDraft, readDraft, settleDraft, writeDraft, type Draft } from '../session/drafts';

export interface DraftValue {
  draft: Draft;
  write: (changes: Draft) => void;
  discard: () => void;
  /** Lets go of what was sent, but not of what has been written over it since. */
  settle: (sent: Draft) => void;
}

/** A text that is not sent yet, kept in this browser until it is, or until its writer logs out. */
export function useDraft(name: string): DraftValue {
  const key = draftKey(name);
  const follow = useCallback((listener: () => void) => followDraft(key, listener), [key]);
  const draft = useSyncExternalStore(follow, () => readDraft(key));
  const acts = useMemo(
    () => ({
      write: (changes: Draft) => { writeDraft(key, changes); },
      discard: () => { discardDraft(key); },
      settle: (sent: Draft) => { settleDraft(key, sent); },
    }),
    [key],
  );
  return { draft, ...acts };
}
