/** Tasks and messages for tests. */
import type {
  DashboardState,
  StatusChange,
  TaskCreated,
  TaskEventAdded,
  TaskEventView,
  TaskListUpdated,
  TaskProgress,
  TaskSummary,
  TaskView,
} from './api/types';
import { noTasks } from './store/status';

export const alice = { id: 'alice', name: 'Alice' };

export function summary(changes: Partial<TaskSummary> = {}): TaskSummary {
  return {
    taskId: 't1',
    version: 1,
    title: 'Fix payment bug',
    repo: null,
    labels: [],
    creator: alice,
    team: null,
    visibility: 'everyone',
    status: 'created',
    createdAt: '2026-11-20T17:24:00.000Z',
    updatedAt: '2026-11-20T17:24:00.000Z',
    issue: null,
    pullRequest: null,
    progress: null,
    error: null,
    ...changes,
  };
}

export function update(changes: Partial<TaskListUpdated> = {}): TaskListUpdated {
  return { ...summary(), ...change(1), change: 'created', previousStatus: null, ...changes };
}

export function task(changes: Partial<TaskView> = {}): TaskView {
  return { ...summary(), description: '', questions: [], events: [entry(1)], eventsFrom: 1, ...changes };
}

export function entry(version: number, body: Partial<TaskEventView> = {}): TaskEventView {
  return { ...change(version), type: 'analyzing', data: {}, ...body } as TaskEventView;
}

export function statusChange(changes: Partial<StatusChange>): StatusChange {
  return { ...change(1), taskId: 't1', status: 'created', ...changes };
}

export function created(changes: Partial<TaskCreated> = {}): TaskCreated {
  const { taskId, title, creator, status, createdAt, repo, labels, team, visibility } = summary();
  return { ...change(1), taskId, title, creator, status, createdAt, repo, labels, team, visibility, ...changes };
}

export function progress(changes: Partial<TaskProgress> = {}): TaskProgress {
  return {
    taskId: 't1',
    version: 1,
    step: 'analysis',
    phase: 'running',
    current: 1,
    total: 3,
    itemsCount: null,
    message: null,
    timestamp: '2026-11-20T17:24:05.000Z',
    ...changes,
  };
}

export function dashboardState(changes: Partial<DashboardState> = {}): DashboardState {
  return {
    tasks: [],
    nextCursor: null,
    counts: noTasks,
    lastActivityAt: null,
    serverTime: '2026-11-20T17:24:00.000Z',
    ...changes,
  };
}

function change(version: number) {
  return { version, at: `2026-11-20T17:24:0${version}.000Z`, actor: { ...alice, kind: 'user' as const } };
}

export function added(event: TaskEventView): TaskEventAdded {
  return { taskId: 't1', version: event.version, at: event.at, actor: event.actor, event };
}
