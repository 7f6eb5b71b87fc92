import { Link } from 'react-router';
import type { TaskRow } from '../store/outbox';
import { followed } from './useOpened';
import { classes } from './ui/classes';

interface RowTitleProps {
  task: TaskRow;
  to: string;
  selected: boolean;
  /** Whether Tab stops at it. */
  tabbable: boolean;
  /** The outline's corners. */
  className?: string;
}

/** A task's title in a list, which takes the focus for its whole row. It leads to the task, once that has a page. */
export function RowTitle({ task, to, selected, tabbable, className }: RowTitleProps) {
  const look = classes(
    'outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent',
    className,
  );
  if (task.pending) {
    return (
      <span tabIndex={tabbable ? 0 : -1} className={classes(look, 'after:pointer-events-none')}>
        {task.title}
      </span>
    );
  }
  return (
    <Link
      to={to}
      state={followed}
      title={task.title}
      tabIndex={tabbable ? 0 : -1}
      aria-current={selected ? 'page' : undefined}
      className={look}
    >
      {task.title}
    </Link>
  );
}
