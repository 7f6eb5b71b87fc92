import { hasDrafts } from '../session/drafts';
import { useOutbox } from '../hooks/useOutbox';
import { texts } from '../texts';
import { PendingEntry } from './PendingEntry';
import { Button } from './ui/Button';
import { Dialog } from './ui/Dialog';

const words = texts.logOut;

interface LogOutDialogProps {
  onLogOut: () => void;
  onClose: () => void;
}

/** Asks before what is not sent is destroyed. */
export default function LogOutDialog({ onLogOut, onClose }: LogOutDialogProps) {
  const { entries } = useOutbox();
  return (
    <Dialog title={words.heading} onClose={onClose}>
      <div className="grid gap-4 p-5">
        <p>{words.explain}</p>
        {entries.length > 0 && (
          <ol role="list" aria-label={texts.outbox.heading} className="grid gap-2.5">
            {entries.map((entry) => (
              <PendingEntry key={entry.id} entry={entry} />
            ))}
          </ol>
        )}
        {hasDrafts() && <p className="text-soft">{words.drafts}</p>}
        <div className="flex flex-wrap justify-end gap-2">
          <Button data-first onClick={onClose}>
            {words.stay}
          </Button>
          <Button look="danger" onClick={onLogOut}>
            {words.submit}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
