import { CloudAlert, CloudUpload } from 'lucide-react';
import { useOutbox } from '../hooks/useOutbox';
import type { OutboxEntry } from '../store/outbox';
import { deedText, deedWords, failureText, outboxStateText, texts } from '../texts';
import { EditRefused } from './EditRefused';
import { Button } from './ui/Button';

const words = texts.outbox;

/** What was done to a task here, and the server has not taken yet. */
export function PendingEntry({ entry }: { entry: OutboxEntry }) {
  const { cancel, retry, discard } = useOutbox();
  const { id, deed, state, failure } = entry;
  const refused = state === 'refused';
  return (
    <li className="rounded-lg border border-dashed border-line-strong px-3.5 py-2.5">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
        {refused ? (
          <CloudAlert size={15} aria-hidden="true" className="text-bad" />
        ) : (
          <CloudUpload size={15} aria-hidden="true" className="text-wait" />
        )}
        <span className="font-medium">{deedText(deed)}</span>
        <span className="text-soft">{outboxStateText(entry)}</span>
        <span className="ml-auto flex gap-1.5">
          {refused && deed.kind === 'create' && <EditRefused entry={entry} />}
          {refused && (
            <Button size="small" onClick={() => { retry(id); }}>
              {texts.tryAgain}
            </Button>
          )}
          <Button
            size="small"
            aria-disabled={state === 'sending'}
            onClick={() => {
              if (state !== 'sending') (refused ? discard : cancel)(id);
            }}
          >
            {refused ? words.dismiss : words.remove}
          </Button>
        </span>
      </p>
      {deedWords(deed) !== '' && <p className="mt-1 max-h-40 overflow-y-auto whitespace-pre-wrap">{deedWords(deed)}</p>}
      {refused && failure && <p className="mt-1 text-sm text-bad">{failureText(failure)}</p>}
    </li>
  );
}
