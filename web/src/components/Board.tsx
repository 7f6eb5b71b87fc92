import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useImperativeHandle, useMemo, useRef, type Ref } from 'react';
import type { Status } from '../api/types';
import { useCounts } from '../hooks/useDashboardSubscription';
import { useFilters } from '../hooks/useFilters';
import { usePlace } from '../hooks/usePlace';
import { useShortcuts } from '../hooks/useShortcuts';
import { useLoadAhead, useTaskList } from '../hooks/useTaskList';
import type { TaskRow } from '../store/outbox';
import { statuses } from '../store/status';
import { failureText, statusText, texts } from '../texts';
import { Count } from './Count';
import { GitHubLinks } from './GitHubLinks';
import { LabelChip } from './LabelChip';
import { Moment } from './Moment';
import { PendingNote } from './PendingNote';
import { ProgressBar } from './ProgressBar';
import { RowTitle } from './RowTitle';
import { StatusIcon } from './StatusBadge';
import { TryAgain } from './TryAgain';
import { Avatar } from './ui/Avatar';
import { classes } from './ui/classes';
import { useAnchor } from './useAnchor';
import { goByArrow, focusedTask, useRowFocus } from './useRowFocus';

const cardHeight = 104;
const cardsFromEnd = 6;

/** What the board asks of a column. */
interface ColumnHandle {
  isEmpty: () => boolean;
  has: (taskId: string) => boolean;
  /** Whether the card that had the focus last went, as its task was sent. */
  wasSent: () => boolean;
  step: (by: 1 | -1) => void;
  /** How far down the card with the focus is, as one sees it. */
  height: () => number;
  /** Moves the focus to the card at that height, and shows the column. */
  enter: (height: number) => void;
}

/** The tasks by status, side by side. */
export default memo(function Board() {
  const { filters } = useFilters();
  const { taskId: selected } = usePlace();
  const columns = useRef(new Map<Status, ColumnHandle>());
  /** The column that had the focus last. */
  const left = useRef<Status | null>(null);
  const shown = filters.status.length === 0 ? statuses : filters.status;

  const handles = () => shown.map((status) => columns.current.get(status));
  /** The column where the focus is, or was, or would be first. */
  const current = () => {
    const all = handles();
    const before = left.current === null ? -1 : shown.indexOf(left.current);
    const taskId = focusedTask() ?? (all[before]?.wasSent() === true ? null : selected);
    const holding = taskId === null ? -1 : all.findIndex((column) => column?.has(taskId));
    if (holding >= 0) return holding;
    return before >= 0 && all[before]?.isEmpty() === false ? before : all.findIndex((column) => column?.isEmpty() === false);
  };
  const step = (by: 1 | -1) => handles()[current()]?.step(by);
  const cross = (by: 1 | -1) => {
    const all = handles();
    const from = current();
    const beyond = by > 0 ? all.slice(from + 1) : all.slice(0, Math.max(0, from)).reverse();
    beyond.find((column) => column?.isEmpty() === false)?.enter(all[from]?.height() ?? 0);
  };
  const keys = { j: () => { step(1); }, k: () => { step(-1); }, l: () => { cross(1); }, h: () => { cross(-1); } };
  useShortcuts(keys);

  return (
    <div
      onKeyDown={(event) => { goByArrow(event, { ArrowDown: keys.j, ArrowUp: keys.k, ArrowRight: keys.l, ArrowLeft: keys.h }); }}
      className="flex min-h-0 flex-1 snap-x snap-proximity scroll-px-3 gap-3 overflow-x-auto overscroll-x-contain bg-sunken p-3"
      data-scroller
      tabIndex={-1}
    >
      {shown.map((status) => (
        <Column
          key={status}
          status={status}
          onFocus={() => { left.current = status; }}
          ref={(handle) => {
            if (handle) columns.current.set(status, handle);
            return () => { columns.current.delete(status); };
          }}
        />
      ))}
    </div>
  );
});

interface ColumnProps {
  status: Status;
  onFocus: () => void;
  ref: Ref<ColumnHandle>;
}

function Column({ status, onFocus, ref }: ColumnProps) {
  const { filters, count } = useFilters();
  const ours = useMemo(() => ({ ...filters, status: [status], sort: '-updatedAt' as const }), [filters, status]);
  const list = useTaskList(ours);
  const { rows, hasMore, loading, failure, recentlyChanged, retry } = list;
  const { loaded, counts } = useCounts();
  const { taskId, toTask } = usePlace();
  const section = useRef<HTMLElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const narrowed = filters.q !== '' || count > filters.status.length;
  const total = narrowed ? texts.list.loaded(rows.length, hasMore) : loaded ? counts[status] : null;

  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer re-renders this component itself
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => cardHeight,
    overscan: 4,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;

  useLoadAhead(list, last, cardsFromEnd);
  useAnchor({ rows, rowHeight: cardHeight, scroller, filters: ours, scrolled: virtualizer.scrollOffset ?? 0 });

  const focus = useRowFocus({ rows, scroller, scrollToIndex: (index) => { virtualizer.scrollToIndex(index, { align: 'auto' }); } });
  const stop = focus.tabStop(items.map(({ index }) => index), virtualizer.range?.startIndex ?? 0);
  const show = () => {
    const place = section.current?.getBoundingClientRect();
    const sight = section.current?.parentElement?.getBoundingClientRect();
    const isSeen = place && sight && place.left >= sight.left && place.right <= sight.right;
    if (!isSeen) section.current?.scrollIntoView({ inline: 'center', block: 'nearest' });
  };
  useImperativeHandle(ref, () => ({
    isEmpty: () => rows.length === 0,
    has: (id) => rows.some((row) => row.taskId === id),
    wasSent: focus.wasSent,
    step: (by) => {
      show();
      focus.step(by);
    },
    height: () => {
      const index = rows.findIndex((row) => row.taskId === (focusedTask() ?? taskId));
      return Math.max(0, index) * cardHeight - (scroller.current?.scrollTop ?? 0);
    },
    enter: (height) => {
      show();
      const there = Math.round((height + (scroller.current?.scrollTop ?? 0)) / cardHeight);
      focus.goTo(Math.min(rows.length - 1, Math.max(0, there)));
    },
  }));

  return (
    <section
      ref={section}
      onFocus={(event) => {
        onFocus();
        focus.onFocus(event);
      }}
      aria-label={texts.board.column(statusText[status], rows.length)}
      className="flex w-72 shrink-0 snap-start flex-col rounded-xl bg-hover/60 max-sm:w-[85vw]"
    >
      <h2 className="flex items-center gap-2 px-3.5 pt-3 pb-2 text-sm font-semibold">
        <StatusIcon status={status} />
        {statusText[status]}
        <span className="font-normal text-soft tabular-nums"><Count value={total} /></span>
      </h2>
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto px-2 pb-2 [overflow-anchor:none]" tabIndex={-1}>
        <ul role="list" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const task = rows[index];
            if (!task) return null;
            return (
              <li
                key={task.taskId}
                aria-posinset={index + 1}
                aria-setsize={hasMore ? -1 : rows.length}
                className="absolute inset-x-0 top-0 pb-2 [contain:strict]"
                style={{ transform: `translateY(${start}px)`, height: cardHeight }}
              >
                <Card
                  task={task}
                  to={toTask(task.taskId)}
                  selected={task.taskId === taskId}
                  tabbable={task.taskId === stop}
                  changed={recentlyChanged.get(task.taskId)}
                />
              </li>
            );
          })}
        </ul>
        {failure ? (
          <div className="px-2 py-6 text-center text-sm text-soft">
            <p className="mb-2">{failureText(failure)}</p>
            <TryAgain failure={failure} size="small" onTry={retry} />
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
  tabbable: boolean;
  changed: number | undefined;
}

const Card = memo(function Card({ task, to, selected, tabbable, changed }: CardProps) {
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
        <RowTitle task={task} to={to} selected={selected} tabbable={tabbable} className="after:rounded-lg" />
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
              <GitHubLinks task={task} tabbable={tabbable} />
            </span>
          </>
        )}
        <Moment at={task.updatedAt} className="relative z-10 ml-1 shrink-0 text-faint" />
      </div>
    </article>
  );
});
