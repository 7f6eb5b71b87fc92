import { CloudAlert, CloudUpload } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useOutbox } from '../hooks/useOutbox';
import { texts } from '../texts';
import { Button } from './ui/Button';

const OutboxDialog = lazy(() => import('./OutboxDialog'));

/** Shown while something waits to be sent, or was refused. */
export function OutboxButton() {
  const { entries } = useOutbox();
  const [open, setOpen] = useState(false);
  const refused = entries.filter(({ state }) => state === 'refused').length;
  const waiting = entries.length - refused;
  return (
    <>
      {entries.length > 0 && (
        <Button size="small" className="w-full" onClick={() => { setOpen(true); }}>
          {refused > 0 ? (
            <CloudAlert size={15} aria-hidden="true" className="text-bad" />
          ) : (
            <CloudUpload size={15} aria-hidden="true" className="text-wait" />
          )}
          {refused > 0 ? texts.outbox.refused(refused) : texts.outbox.button(waiting)}
        </Button>
      )}
      <Suspense>{open && <OutboxDialog onClose={() => { setOpen(false); }} />}</Suspense>
    </>
  );
}
