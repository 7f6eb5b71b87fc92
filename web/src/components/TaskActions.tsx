import { Ban, Ellipsis, Link2, Pencil, RotateCcw } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { Me, TaskView } from '../api/types';
import { useMe } from '../hooks/useMe';
import { isOpen } from '../store/status';
import { texts } from '../texts';
import { copy } from './clipboard';
import { Button, IconButton } from './ui/Button';
import { leaveFocus } from './ui/keepFocus';
import { Menu, MenuItem } from './ui/Menu';

const ReasonDialog = lazy(() => import('./ReasonDialog'));
const EditTask = lazy(() => import('./EditTask'));
const words = texts.detail;

type Doing = 'cancel' | 'retry' | 'edit';

/** What may be done to a task, by those who may. */
export function TaskActions({ task }: { task: TaskView }) {
  const [doing, setDoing] = useState<Doing | null>(null);
  const allowed = mayChange(useMe(), task);
  const retryable = allowed && (task.status === 'failed' || task.status === 'cancelled');
  const cancellable = allowed && isOpen(task.status);
  const close = () => { setDoing(null); };

  const copyLink = () => {
    const url = new URL(`/tasks/${encodeURIComponent(task.taskId)}`, window.location.href);
    void copy(url.href, words.copied);
  };

  return (
    <>
      {retryable && (
        <Button ref={leaveFocus} size="small" look="primary" onClick={() => { setDoing('retry'); }}>
          <RotateCcw size={14} aria-hidden="true" />
          {words.retry}
        </Button>
      )}
      {allowed && (
        <Button size="small" className="@max-lg:hidden" onClick={() => { setDoing('edit'); }}>
          <Pencil size={14} aria-hidden="true" />
          {words.edit}
        </Button>
      )}
      <Menu
        trigger={
          <IconButton label={words.actions}>
            <Ellipsis size={18} aria-hidden="true" />
          </IconButton>
        }
      >
        <MenuItem icon={<Link2 size={15} aria-hidden="true" />} onSelect={copyLink}>
          {words.copyLink}
        </MenuItem>
        {allowed && (
          <MenuItem icon={<Pencil size={15} aria-hidden="true" />} onSelect={() => { setDoing('edit'); }}>
            {words.edit}
          </MenuItem>
        )}
        {cancellable && (
          <MenuItem icon={<Ban size={15} aria-hidden="true" />} danger onSelect={() => { setDoing('cancel'); }}>
            {words.cancelTask}
          </MenuItem>
        )}
      </Menu>
      <Suspense>
        {(doing === 'cancel' || doing === 'retry') && <ReasonDialog act={doing} task={task} onClose={close} />}
        {doing === 'edit' && <EditTask task={task} onClose={close} />}
      </Suspense>
    </>
  );
}

/** The creator and admins cancel, retry and edit; the server has the last word. */
function mayChange(me: Me | null, task: TaskView): boolean {
  return me !== null && (me.id === task.creator.id || me.roles.includes('admin'));
}
