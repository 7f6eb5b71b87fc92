/** The list of tasks, folded from what the server sends to dashboards. */
import type {
  Counts,
  DashboardState,
  Status,
  TaskCreated,
  TaskListUpdated,
  TaskProgress,
  TaskRemoved,
  TaskSummary,
} from '../api/types';

export interface Dashboard {
  /** Whether a snapshot has come. */
  loaded: boolean;
  tasks: ReadonlyMap<string, TaskSummary>;
  /** Over everything the user may see, also what is not in `tasks`. */
  counts: Counts;
  /** Whether there are tasks beyond those listed. */
  more: boolean;
  /** The counts can no longer be told from what was heard: ask for a snapshot. */
  stale: boolean;
}

export type DashboardMessage =
  | { type: 'state'; payload: DashboardState }
  | { type: 'created'; payload: TaskCreated }
  | { type: 'updated'; payload: TaskListUpdated }
  | { type: 'progress'; payload: TaskProgress }
  | { type: 'removed'; payload: TaskRemoved };

/** In the order of a task's life. */
export const statuses: readonly Status[] = [
  'created',
  'analyzing',
  'clarification_needed',
  'dispatched',
  'pr_opened',
  'merged',
  'failed',
  'cancelled',
];

const noTasks: Counts = {
  created: 0,
  analyzing: 0,
  clarification_needed: 0,
  dispatched: 0,
  pr_opened: 0,
  merged: 0,
  failed: 0,
  cancelled: 0,
};

export const emptyDashboard: Dashboard = {
  loaded: false,
  tasks: new Map(),
  counts: noTasks,
  more: false,
  stale: false,
};

export function applyToDashboard(dashboard: Dashboard, message: DashboardMessage): Dashboard {
  switch (message.type) {
    case 'state':
      return snapshot(message.payload);
    case 'created':
      return created(dashboard, message.payload);
    case 'updated':
      return updated(dashboard, message.payload);
    case 'progress':
      return progressed(dashboard, message.payload);
    case 'removed':
      return removed(dashboard, message.payload.taskId);
  }
}

/** Newest first; rows do not move when a task changes. */
export function newestFirst(dashboard: Dashboard): TaskSummary[] {
  return [...dashboard.tasks.values()].sort(
    (a, b) => b.createdAt.localeCompare(a.createdAt) || b.taskId.localeCompare(a.taskId),
  );
}

function snapshot(state: DashboardState): Dashboard {
  return {
    loaded: true,
    tasks: new Map(state.tasks.map((task) => [task.taskId, task])),
    counts: { ...noTasks, ...state.counts },
    more: state.nextCursor !== null,
    stale: false,
  };
}

function created(dashboard: Dashboard, task: TaskCreated): Dashboard {
  if (dashboard.tasks.has(task.taskId)) return dashboard;
  const row: TaskSummary = {
    taskId: task.taskId,
    version: task.version,
    title: task.title,
    repo: task.repo,
    labels: task.labels,
    creator: task.creator,
    team: task.team,
    visibility: task.visibility,
    status: task.status,
    createdAt: task.createdAt,
    updatedAt: task.at,
    issue: null,
    pullRequest: null,
    progress: null,
    error: null,
  };
  return withRow(dashboard, row, null);
}

function updated(dashboard: Dashboard, update: TaskListUpdated): Dashboard {
  const row = dashboard.tasks.get(update.taskId);
  if (row && update.version < row.version) return dashboard;
  return withRow(dashboard, update, row ? row.status : update.previousStatus);
}

function progressed(dashboard: Dashboard, message: TaskProgress): Dashboard {
  const row = dashboard.tasks.get(message.taskId);
  const progress = row && newerProgress(row, message);
  if (!progress) return dashboard;
  return { ...dashboard, tasks: new Map(dashboard.tasks).set(row.taskId, { ...row, progress }) };
}

function removed(dashboard: Dashboard, taskId: string): Dashboard {
  const row = dashboard.tasks.get(taskId);
  if (!row) return { ...dashboard, stale: true };
  const tasks = new Map(dashboard.tasks);
  tasks.delete(taskId);
  return { ...dashboard, tasks, counts: moved(dashboard.counts, row.status, null) };
}

function withRow(dashboard: Dashboard, row: TaskSummary, previous: Status | null): Dashboard {
  return {
    ...dashboard,
    tasks: new Map(dashboard.tasks).set(row.taskId, row),
    counts: moved(dashboard.counts, previous, row.status),
  };
}

function moved(counts: Counts, from: Status | null, to: Status | null): Counts {
  if (from === to) return counts;
  const next = { ...counts };
  if (from) next[from] = Math.max(0, next[from] - 1);
  if (to) next[to] += 1;
  return next;
}

/** The progress a message brings to a view of the task, or `null` if the view knows better. */
export function newerProgress(
  view: Pick<TaskSummary, 'version' | 'progress'>,
  message: TaskProgress,
): TaskSummary['progress'] {
  if (message.version < view.version) return null;
  if (view.progress && message.timestamp < view.progress.timestamp) return null;
  const { step, phase, current, total, itemsCount, timestamp } = message;
  return { step, phase, current, total, itemsCount, message: message.message, timestamp };
}
