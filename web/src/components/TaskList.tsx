import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type FocusEvent } from 'react';
import { usePlace } from '../hooks/usePlace';
import { useShortcuts } from '../hooks/useShortcuts';
import { useLoadAhead, type TaskListValue } from '../hooks/useTaskList';
import { failureText, texts } from '../texts';
import { rowHeight, TaskRow } from './TaskRow';
import { TryAgain } from './TryAgain';

const rowsFromEnd = 15;

/** A long list: only what can be seen is on the page, and more is loaded before its end is reached. */
export function TaskList({ list }: { list: TaskListValue }) {
  const { rows, hasMore, failure, retry, recentlyChanged } = list;
  const { taskId: selected, toTask, openTask } = usePlace();
  const scroller = useRef<HTMLDivElement>(null);
  const wanted = useRef<string | null>(null);
  /** The row that had the focus last: it may not be on the page any more. */
  const left = useRef<{ taskId: string; index: number } | null>(null);

  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer re-renders this component itself
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.taskId ?? index,
    overscan: 12,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;

  useLoadAhead(list, last, rowsFromEnd);

  // A row that is scrolled to takes the focus once it is on the page.
  useEffect(() => {
    if (wanted.current === null) return;
    const row = linkTo(scroller.current, wanted.current);
    if (!row) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  });

  const goTo = (index: number) => {
    const row = rows[index];
    if (!row) return;
    left.current = { taskId: row.taskId, index };
    const link = linkTo(scroller.current, row.taskId);
    virtualizer.scrollToIndex(index, { align: 'auto' });
    if (link) link.focus({ preventScroll: true });
    else wanted.current = row.taskId;
    // Beside an open task the next one opens at once.
    if (selected !== null && window.matchMedia('(min-width: 64rem)').matches) openTask(row.taskId);
  };

  const step = (by: 1 | -1) => {
    const focused = document.activeElement?.closest('[data-task]')?.getAttribute('data-task') ?? selected ?? left.current?.taskId;
    const from = rows.findIndex((row) => row.taskId === focused);
    // Where a row went away, the one after it has come.
    const gone = left.current === null ? 0 : left.current.index + (by > 0 ? 0 : -1);
    goTo(Math.min(rows.length - 1, Math.max(0, from < 0 ? gone : from + by)));
  };

  const remember = ({ target }: FocusEvent) => {
    const taskId = target.closest('[data-task]')?.getAttribute('data-task');
    const index = rows.findIndex((row) => row.taskId === taskId);
    if (taskId != null && index >= 0) left.current = { taskId, index };
  };

  useShortcuts({ j: () => { step(1); }, k: () => { step(-1); } });

  return (
    <div ref={scroller} onFocus={remember} className="@container min-h-0 flex-1 overflow-y-auto overscroll-contain [contain:strict]" data-scroller>
      <ul role="list" aria-label={texts.list.label} className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {items.map(({ index, key, start }) => {
          const task = rows[index];
          if (!task) return null;
          return (
            <li
              key={key}
              aria-posinset={index + 1}
              aria-setsize={hasMore ? -1 : rows.length}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${start}px)` }}
            >
              <TaskRow
                task={task}
                to={toTask(task.taskId)}
                selected={task.taskId === selected}
                changed={recentlyChanged.get(task.taskId)}
              />
            </li>
          );
        })}
      </ul>
      <Foot count={rows.length} hasMore={hasMore} failure={failure} retry={retry} />
    </div>
  );
}

type FootProps = Pick<TaskListValue, 'hasMore' | 'failure' | 'retry'> & { count: number };

/** What comes after the last row. */
function Foot({ count, hasMore, failure, retry }: FootProps) {
  return (
    <div className="px-4 py-4 text-center text-sm text-faint">
      {failure ? (
        <>
          <p className="mb-2 text-bad">{failureText(failure)}</p>
          <TryAgain failure={failure} size="small" onTry={retry} />
        </>
      ) : hasMore ? (
        texts.list.loadingMore
      ) : (
        texts.list.end(count)
      )}
    </div>
  );
}

function linkTo(within: HTMLElement | null, taskId: string): HTMLElement | null {
  return within?.querySelector<HTMLElement>(`[data-task="${CSS.escape(taskId)}"] h3 a`) ?? null;
}
