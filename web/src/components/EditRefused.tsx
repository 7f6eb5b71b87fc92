import { lazy, Suspense, useState } from 'react';
import type { OutboxEntry } from '../store/outbox';
import { texts } from '../texts';
import { Button } from './ui/Button';

const NewTask = lazy(() => import('./NewTask'));

interface EditRefusedProps {
  entry: OutboxEntry;
  className?: string;
}

/** Opens the text of a task that was refused, to be mended. */
export function EditRefused({ entry, className }: EditRefusedProps) {
  const [editing, setEditing] = useState(false);
  return (
    <>
      <Button size="small" className={className} onClick={() => { setEditing(true); }}>
        {texts.detail.edit}
      </Button>
      <Suspense>{editing && <NewTask from={entry} onClose={() => { setEditing(false); }} />}</Suspense>
    </>
  );
}
