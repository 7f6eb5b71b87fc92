import { CloudAlert, CloudUpload } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useOutbox } from '../hooks/useOutbox';
import { texts } from '../texts';
import { Button } from './ui/Button';

const OutboxDialog = lazy(() => import('./OutboxDialog'));

/** Shown while something waits to be sent, or was refused; `compact`: an icon and a number. */
export function OutboxButton({ compact = false }: { compact?: boolean }) {
  const { entries } = useOutbox();
  const [open, setOpen] = useState(false);
  const refused = entries.filter(({ state }) => state === 'refused').length;
  const Icon = refused > 0 ? CloudAlert : CloudUpload;
  const text = refused > 0 ? texts.outbox.refused(refused) : texts.outbox.button(entries.length);
  return (
    <>
      {entries.length > 0 && (
        <Button
          size="small"
          look={compact ? 'quiet' : 'plain'}
          className={compact ? undefined : 'w-full'}
          aria-label={text}
          title={text}
          onClick={() => { setOpen(true); }}
        >
          <Icon size={15} aria-hidden="true" className={refused > 0 ? 'text-bad' : 'text-wait'} />
          {compact ? refused || entries.length : text}
        </Button>
      )}
      <Suspense>{open && <OutboxDialog onClose={() => { setOpen(false); }} />}</Suspense>
    </>
  );
}
