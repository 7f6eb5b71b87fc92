import { CloudAlert, CloudUpload } from 'lucide-react';
import type { OutboxEntry } from '../store/outbox';
import { failureText, outboxStateText, texts } from '../texts';
import { EditRefused } from './EditRefused';

/** In the row of a task that the server has not taken: what it waits for; or why it was refused, and the way to mend it. */
export function PendingNote({ entry }: { entry: OutboxEntry }) {
  const { state, failure } = entry;
  if (state !== 'refused' || failure === null) {
    return (
      <span className="flex min-w-0 items-center gap-1.5 text-wait">
        <CloudUpload size={14} aria-hidden="true" className="shrink-0" />
        <span className="truncate">{outboxStateText(entry)}</span>
      </span>
    );
  }
  const reason = texts.list.refused(failureText(failure));
  return (
    <>
      <span title={reason} className="flex min-w-0 items-center gap-1.5 text-bad">
        <CloudAlert size={14} aria-hidden="true" className="shrink-0" />
        <span className="truncate">{reason}</span>
      </span>
      <EditRefused entry={entry} className="h-6 pointer-coarse:h-8" />
    </>
  );
}
