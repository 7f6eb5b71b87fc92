import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useMemo, useRef } from 'react';
import { Link } from 'react-router';
import type { Status } from '../api/types';
import { useDashboardSubscription } from '../hooks/useDashboardSubscription';
import { useFilters } from '../hooks/useFilters';
import { usePlace } from '../hooks/usePlace';
import { useLoadAhead, useTaskList } from '../hooks/useTaskList';
import type { TaskRow } from '../store/outbox';
import { statuses } from '../store/status';
import { failureText, statusText, texts } from '../texts';
import { GitHubLinks } from './GitHubLinks';
import { LabelChip } from './LabelChip';
import { Moment } from './Moment';
import { PendingNote } from './PendingNote';
import { ProgressBar } from './ProgressBar';
import { StatusIcon } from './StatusBadge';
import { Avatar } from './ui/Avatar';
import { Button } from './ui/Button';
import { classes } from './ui/classes';

const cardHeight = 104;
const cardsFromEnd = 6;

/** The tasks by status, side by side. */
export default function Board() {
  const { filters } = useFilters();
  const shown = filters.status.length === 0 ? statuses : filters.status;
  return (
    <div className="flex min-h-0 flex-1 snap-x snap-proximity scroll-px-3 gap-3 overflow-x-auto overscroll-x-contain bg-sunken p-3" data-scroller tabIndex={-1}>
      {shown.map((status) => (
        <Column key={status} status={status} />
      ))}
    </div>
  );
}

function Column({ status }: { status: Status }) {
  const { filters, count } = useFilters();
  const ours = useMemo(() => ({ ...filters, status: [status], sort: '-updatedAt' as const }), [filters, status]);
  const list = useTaskList(ours);
  const { rows, hasMore, loading, failure, recentlyChanged, retry } = list;
  const { counts } = useDashboardSubscription();
  const { taskId, toTask } = usePlace();
  const scroller = useRef<HTMLDivElement>(null);
  const narrowed = filters.q !== '' || count > filters.status.length;
  const total = narrowed ? texts.list.loaded(rows.length, hasMore) : String(counts[status]);

  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer re-renders this component itself
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => cardHeight,
    getItemKey: (index) => rows[index]?.taskId ?? index,
    overscan: 4,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;

  useLoadAhead(list, last, cardsFromEnd);

  return (
    <section
      aria-label={texts.board.column(statusText[status], rows.length)}
      className="flex w-72 shrink-0 snap-start flex-col rounded-xl bg-hover/60 max-sm:w-[85vw]"
    >
      <h2 className="flex items-center gap-2 px-3.5 pt-3 pb-2 text-sm font-semibold">
        <StatusIcon status={status} />
        {statusText[status]}
        <span className="font-normal text-soft tabular-nums">{total}</span>
      </h2>
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto px-2 pb-2" tabIndex={-1}>
        <ul role="list" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, key, start }) => {
            const task = rows[index];
            if (!task) return null;
            return (
              <li
                key={key}
                aria-posinset={index + 1}
                aria-setsize={hasMore ? -1 : rows.length}
                className="absolute inset-x-0 top-0 pb-2"
                style={{ transform: `translateY(${start}px)`, height: cardHeight }}
              >
                <Card
                  task={task}
                  to={toTask(task.taskId)}
                  selected={task.taskId === taskId}
                  changed={recentlyChanged.get(task.taskId)}
                />
              </li>
            );
          })}
        </ul>
        {failure ? (
          <div className="px-2 py-6 text-center text-sm text-soft">
            <p>{failureText(failure)}</p>
            <Button size="small" className="mt-2" onClick={retry}>
              {texts.tryAgain}
            </Button>
          </div>
        ) : (
          rows.length === 0 && (
            <p className="px-2 py-6 text-center text-sm text-soft">
              {hasMore ? texts.list.looking : loading ? texts.loading : texts.board.empty}
            </p>
          )
        )}
      </div>
    </section>
  );
}

interface CardProps {
  task: TaskRow;
  to: string;
  selected: boolean;
  changed: number | undefined;
}

const Card = memo(function Card({ task, to, selected, changed }: CardProps) {
  return (
    <article
      data-task={task.taskId}
      data-status={task.status}
      className={classes(
        'relative isolate flex h-full flex-col rounded-lg border bg-raised px-3 py-2',
        selected ? 'border-accent' : 'border-line hover:border-line-strong',
      )}
    >
      {changed !== undefined && <span key={changed} aria-hidden="true" className="row-changed pointer-events-none absolute inset-0 -z-10 rounded-lg" />}
      <h3 className="line-clamp-2 leading-snug font-medium">
        {task.pending ? (
          task.title
        ) : (
          <Link
            to={to}
            title={task.title}
            aria-current={selected ? 'page' : undefined}
            className="outline-none after:absolute after:inset-0 after:rounded-lg focus-visible:after:outline-2 focus-visible:after:outline-accent"
          >
            {task.title}
          </Link>
        )}
      </h3>
      <div className="mt-auto flex items-center gap-2 text-sm text-soft">
        {task.pending ? (
          <PendingNote entry={task.pending} />
        ) : task.progress && task.status === 'analyzing' ? (
          <ProgressBar progress={task.progress} compact />
        ) : (
          <>
            <span title={task.creator.name} className="relative z-10 flex">
              <Avatar name={task.creator.name} size="small" />
              <span className="sr-only">{texts.list.by(task.creator.name)}</span>
            </span>
            {!task.pullRequest && task.labels[0] !== undefined && (
              <span className="flex min-w-0">
                <LabelChip label={task.labels[0]} />
              </span>
            )}
            <span className="ml-auto flex shrink-0 items-center gap-0.5">
              <GitHubLinks task={task} />
            </span>
          </>
        )}
        <Moment at={task.updatedAt} className="relative z-10 ml-1 shrink-0 text-faint" />
      </div>
    </article>
  );
});
