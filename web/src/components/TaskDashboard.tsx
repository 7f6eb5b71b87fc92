import { useEffect, useRef } from 'react';
import { useDashboardSubscription } from '../hooks/useDashboardSubscription';
import { useSelectedTask } from '../hooks/useSelectedTask';
import { useWebSocket } from '../hooks/useWebSocket';
import { logOut } from '../session/token';
import { texts } from '../texts';
import { ConnectionStatus } from './ConnectionStatus';
import { NewTaskForm } from './NewTaskForm';
import { StatusCounts } from './StatusCounts';
import { TaskDetail } from './TaskDetail';
import { TaskList } from './TaskList';

export function TaskDashboard({ token }: { token: string }) {
  const { connection, link } = useWebSocket();
  const dashboard = useDashboardSubscription();
  const [selected, select] = useSelectedTask();
  const list = useRef<HTMLDivElement>(null);

  const left = useRef<string | null>(null);

  useEffect(() => {
    if (selected === null && left.current !== null) {
      // Focus goes back to where the detail was opened from.
      const row = list.current?.querySelector<HTMLElement>(`[data-task="${CSS.escape(left.current)}"] button`);
      (row ?? list.current?.querySelector<HTMLElement>('#task-list'))?.focus();
    }
    left.current = selected;
  }, [selected]);

  return (
    <>
      <a className="skip" href="#task-list">
        {texts.skip}
      </a>
      <header className="top">
        <h1>{texts.product}</h1>
        <ConnectionStatus connection={connection} onRetry={link.retry} />
        <div className="who">
          {connection.kind === 'live' && connection.ack && <span>{connection.ack.user.name}</span>}
          <button type="button" onClick={logOut}>
            {texts.logOut}
          </button>
        </div>
      </header>
      <main className={selected === null ? 'layout' : 'layout layout-detail'}>
        <div className="column" ref={list}>
          <StatusCounts counts={dashboard.counts} />
          <NewTaskForm token={token} />
          <TaskList dashboard={dashboard} selected={selected} onSelect={select} />
        </div>
        {selected !== null && (
          <TaskDetail key={selected} token={token} taskId={selected} onClose={() => { select(null); }} />
        )}
      </main>
    </>
  );
}
