import { CloudOff, Inbox, SearchX } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { useFilters } from '../hooks/useFilters';
import { useFreshness } from '../hooks/useFreshness';
import { usePlace } from '../hooks/usePlace';
import { useLoadAhead, useTaskList, type TaskListValue } from '../hooks/useTaskList';
import { isFiltered, noFilters } from '../store/filters';
import { failureText, texts } from '../texts';
import { announce } from './announce';
import { FilterBar } from './FilterBar';
import { FreshnessNote } from './FreshnessNote';
import { RowSkeletons } from './RowSkeletons';
import { TaskList } from './TaskList';
import { TryAgain } from './TryAgain';
import { Button } from './ui/Button';
import { leaveFocus } from './ui/keepFocus';
import { Empty } from './ui/Notice';

const Board = lazy(() => import('./Board'));

interface TaskDashboardProps {
  onNewTask: () => void;
}

/** The tasks, as a list or a board, narrowed as the address says. */
export function TaskDashboard({ onNewTask }: TaskDashboardProps) {
  const { view } = usePlace();
  const { filters } = useFilters();
  const list = useTaskList(filters);
  const freshness = useFreshness();
  const counted = list.loading && list.rows.length === 0 ? null : texts.list.loaded(list.rows.length, list.hasMore);

  return (
    <section aria-labelledby="tasks-heading" className="flex h-full min-h-0 flex-col">
      <header className="flex min-h-12 items-center gap-2.5 px-4">
        <h1 id="tasks-heading" tabIndex={-1} className="text-base font-semibold">
          {view === 'board' ? texts.board.heading : texts.list.heading}
        </h1>
        {view === 'list' && counted !== null && <span className="text-sm text-soft tabular-nums">{counted}</span>}
        <span className="ml-auto">
          <FreshnessNote freshness={freshness} />
        </span>
      </header>
      <FilterBar rows={list.rows} />
      {view === 'board' ? (
        <Suspense fallback={<RowSkeletons />}>
          <Board />
        </Suspense>
      ) : (
        <ListPane list={list} onNewTask={onNewTask} />
      )}
      <Announcer changed={list.recentlyChanged} />
    </section>
  );
}

interface ListPaneProps {
  list: TaskListValue;
  onNewTask: () => void;
}

function ListPane({ list, onNewTask }: ListPaneProps) {
  const { filters, change } = useFilters();
  if (list.rows.length > 0) return <TaskList list={list} />;
  if (list.failure) {
    return (
      <Empty icon={<CloudOff size={36} />} title={texts.list.failed} action={<TryAgain failure={list.failure} onTry={list.retry} />}>
        {failureText(list.failure)}
      </Empty>
    );
  }
  if (list.cursor !== null) return <Looking list={list} />;
  if (list.loading) return <RowSkeletons />;
  if (isFiltered(filters)) {
    return (
      <Empty
        icon={<SearchX size={36} />}
        title={texts.list.noMatch}
        action={<Button ref={leaveFocus} onClick={() => { change(noFilters); }}>{texts.list.clear}</Button>}
      >
        {texts.list.noMatchAdvice}
      </Empty>
    );
  }
  return (
    <Empty
      icon={<Inbox size={36} />}
      title={texts.list.empty}
      action={
        <Button look="primary" onClick={onNewTask}>
          {texts.nav.newTask}
        </Button>
      }
    >
      {texts.list.emptyAdvice}
    </Empty>
  );
}

/** No row fits so far: it goes on until one does, or there are no more. */
function Looking({ list }: { list: TaskListValue }) {
  useLoadAhead(list, 0, 1);
  return (
    <>
      <p role="status" className="px-4 py-3 text-sm text-soft">
        {texts.list.looking}
      </p>
      <RowSkeletons />
    </>
  );
}

const announceMs = 4000;

/** Tells those who do not see the list how many tasks changed, now and then rather than each time. */
function Announcer({ changed }: { changed: TaskListValue['recentlyChanged'] }) {
  const waiting = useRef<{ tasks: Set<string>; timer: number | undefined }>({ tasks: new Set(), timer: undefined });

  useEffect(() => {
    const { current } = waiting;
    for (const taskId of changed.keys()) current.tasks.add(taskId);
    if (current.tasks.size === 0 || current.timer !== undefined) return;
    current.timer = window.setTimeout(() => {
      announce(texts.list.changed(current.tasks.size));
      current.tasks.clear();
      current.timer = undefined;
    }, announceMs);
  }, [changed]);

  useEffect(() => {
    const { current } = waiting;
    return () => {
      window.clearTimeout(current.timer);
      current.timer = undefined;
    };
  }, []);

  return null;
}
