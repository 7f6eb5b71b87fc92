import { useOutbox } from '../hooks/useOutbox';
import { texts } from '../texts';
import { PendingEntry } from './PendingEntry';
import { Dialog } from './ui/Dialog';

const words = texts.outbox;

/** What this browser still has to send, in order, and what the server would not have. */
export default function OutboxDialog({ onClose }: { onClose: () => void }) {
  const { entries } = useOutbox();
  return (
    <Dialog title={words.heading} width="wide" onClose={onClose}>
      <div className="grid gap-4 p-5">
        <p className="text-soft">{entries.length === 0 ? words.empty : words.explain}</p>
        <ol role="list" className="grid gap-2.5">
          {entries.map((entry) => (
            <PendingEntry key={entry.id} entry={entry} />
          ))}
        </ol>
      </div>
    </Dialog>
  );
}
