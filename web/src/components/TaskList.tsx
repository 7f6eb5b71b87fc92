import { newestFirst, type Dashboard } from '../store/dashboard';
import { texts } from '../texts';
import { Moment } from './Moment';
import { ProgressNote } from './ProgressNote';
import { StatusBadge } from './StatusBadge';

interface TaskListProps {
  dashboard: Dashboard;
  selected: string | null;
  onSelect: (taskId: string) => void;
}

export function TaskList({ dashboard, selected, onSelect }: TaskListProps) {
  const tasks = newestFirst(dashboard);
  return (
    <section aria-labelledby="task-list" aria-busy={!dashboard.loaded}>
      <h2 id="task-list" tabIndex={-1}>
        {texts.list.heading}
      </h2>
      {tasks.length === 0 && <p>{dashboard.loaded ? texts.list.empty : texts.loading}</p>}
      <ul className="tasks">
        {tasks.map((task) => (
          <li key={task.taskId} data-task={task.taskId}>
            <button
              type="button"
              className="task"
              aria-current={task.taskId === selected}
              onClick={() => { onSelect(task.taskId); }}
            >
              <span className="task-title">{task.title}</span>
              <StatusBadge status={task.status} />
              <span className="task-note">
                {texts.list.by(task.creator.name)} · <Moment at={task.createdAt} />
              </span>
              {task.progress && <ProgressNote progress={task.progress} />}
            </button>
          </li>
        ))}
      </ul>
      {dashboard.more && <p className="hint">{texts.list.more}</p>}
    </section>
  );
}
