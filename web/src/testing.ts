/** Tasks and messages for tests. */
import type { StatusChange, TaskEventAdded, TaskEventView, TaskListUpdated, TaskSummary, TaskView } from './api/types';

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

function change(version: number) {
  return { version, at: `2026-11-20T17:24:0${version}.000Z`, actor: { ...alice, kind: 'user' as const } };
}

export function added(event: TaskEventView): TaskEventAdded {
  return { taskId: 't1', version: event.version, at: event.at, actor: event.actor, event };
}
