import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { useFilters } from '../hooks/useFilters';
import { usePlace } from '../hooks/usePlace';
import { useShortcuts } from '../hooks/useShortcuts';
import { useLoadAhead, type TaskListValue } from '../hooks/useTaskList';
import { failureText, texts } from '../texts';
import { rowHeight, TaskRow } from './TaskRow';
import { TryAgain } from './TryAgain';
import { useAnchor } from './useAnchor';
import { goByArrow, useRowFocus } from './useRowFocus';

const rowsFromEnd = 15;

/** A long list: only what can be seen is on the page, and more is loaded before its end is reached. */
export function TaskList({ list }: { list: TaskListValue }) {
  const { rows, hasMore, failure, retry, recentlyChanged } = list;
  const { taskId: selected, toTask } = usePlace();
  const { filters } = useFilters();
  const scroller = useRef<HTMLDivElement>(null);

  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer re-renders this component itself
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 5,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;

  useLoadAhead(list, last, rowsFromEnd);
  useAnchor({ rows, rowHeight, scroller, filters, scrolled: virtualizer.scrollOffset ?? 0 });

  const { step, onFocus, tabStop } = useRowFocus({ rows, scroller, scrollToIndex: (index) => { virtualizer.scrollToIndex(index, { align: 'auto' }); } });
  const keys = { j: () => { step(1); }, k: () => { step(-1); } };
  useShortcuts(keys);
  const stop = tabStop(items.map(({ index }) => index), virtualizer.range?.startIndex ?? 0);

  return (
    <div
      ref={scroller}
      onFocus={onFocus}
      onKeyDown={(event) => { goByArrow(event, { ArrowDown: keys.j, ArrowUp: keys.k }); }}
      className="@container min-h-0 flex-1 overflow-y-auto overscroll-contain [contain:strict] [overflow-anchor:none]"
      data-scroller
    >
      <ul role="list" aria-label={texts.list.label} className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const task = rows[index];
          if (!task) return null;
          return (
            <li
              key={task.taskId}
              aria-posinset={index + 1}
              aria-setsize={hasMore ? -1 : rows.length}
              className="absolute inset-x-0 top-0 [contain:strict]"
              style={{ transform: `translateY(${start}px)`, height: rowHeight }}
            >
              <TaskRow
                task={task}
                to={toTask(task.taskId)}
                selected={task.taskId === selected}
                tabbable={task.taskId === stop}
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
