import { Lock, Users } from 'lucide-react';
import { memo } from 'react';
import type { TaskRow as Row } from '../store/outbox';
import { statusText, texts, visibleTo } from '../texts';
import { GitHubLinks } from './GitHubLinks';
import { LabelChip } from './LabelChip';
import { Moment } from './Moment';
import { PendingNote } from './PendingNote';
import { ProgressBar } from './ProgressBar';
import { RowTitle } from './RowTitle';
import { StatusIcon } from './StatusBadge';
import { classes } from './ui/classes';

export const rowHeight = 64;

interface TaskRowProps {
  task: Row;
  /** Where its title leads. */
  to: string;
  selected: boolean;
  /** Whether Tab stops at it. */
  tabbable: boolean;
  /** The number of its change, if it changed a moment ago. */
  changed: number | undefined;
}

/** A task in the list. The whole row opens it; links to GitHub stay links of their own. */
export const TaskRow = memo(function TaskRow({ task, to, selected, tabbable, changed }: TaskRowProps) {
  return (
    <article
      data-task={task.taskId}
      data-status={task.status}
      className={classes(
        'group relative isolate flex h-full items-start gap-3 border-b border-line px-4 py-3',
        selected ? 'bg-selected' : 'hover:bg-hover',
      )}
    >
      {changed !== undefined && <span key={changed} aria-hidden="true" className="row-changed pointer-events-none absolute inset-0 -z-10" />}
      {selected && <span aria-hidden="true" className="absolute inset-y-0 left-0 w-0.5 bg-accent" />}
      <span className="flex h-5.5 items-center">
        <StatusIcon status={task.status} named />
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-3">
          <h3 className="min-w-0 flex-1 truncate leading-5.5 font-medium">
            <RowTitle task={task} to={to} selected={selected} tabbable={tabbable} />
          </h3>
          <Moment at={task.updatedAt} className="relative z-10 shrink-0 text-sm text-faint tabular-nums" />
        </div>
        <div className="flex h-5.5 items-center gap-2 text-sm text-soft">
          <TaskNote task={task} />
          <span className="ml-auto flex shrink-0 items-center gap-1">
            <span className="hidden items-center gap-1 @2xl:flex">
              {task.labels.slice(0, 3).map((label) => (
                <LabelChip key={label} label={label} />
              ))}
              {task.labels.length > 3 && <span title={task.labels.join(', ')}>+{task.labels.length - 3}</span>}
            </span>
            <GitHubLinks task={task} tabbable={tabbable} />
          </span>
        </div>
      </div>
    </article>
  );
});

/** The second line: what is happening, or who wants it where. */
function TaskNote({ task }: { task: Row }) {
  if (task.pending) return <PendingNote entry={task.pending} />;
  if (task.progress && task.status === 'analyzing') return <ProgressBar progress={task.progress} compact />;
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <span className={classes('shrink-0', statusInk(task))}>{statusText[task.status]}</span>
      <span aria-hidden="true">·</span>
      <span className="truncate">
        {task.error ? task.error.message : [task.creator.name, task.repo].filter(Boolean).join(' · ')}
      </span>
      {task.visibility !== 'everyone' && (
        <span role="img" aria-label={`${texts.detail.visibleTo}: ${visibleTo(task)}`} title={visibleTo(task)} className="relative z-10 text-faint">
          {task.visibility === 'private' ? <Lock size={12} aria-hidden="true" /> : <Users size={12} aria-hidden="true" />}
        </span>
      )}
    </span>
  );
}

function statusInk({ status }: Row): string | false {
  switch (status) {
    case 'clarification_needed':
      return 'font-medium text-wait';
    case 'failed':
      return 'font-medium text-bad';
    default:
      return false;
  }
}
