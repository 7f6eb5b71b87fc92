import { describe, expect, it } from 'vitest';
import { dashboardState, update } from '../testing';
import type { Message } from './message';
import { emptyOverview, foldOverview, withCompleted } from './overview';
import { noTasks } from './status';

const state = (changes: Parameters<typeof dashboardState>[0] = {}): Message => ({ event: 'dashboard:state', payload: dashboardState(changes) });
const updated = (changes: Parameters<typeof update>[0]): Message => ({ event: 'dashboard:task_list_updated', payload: update(changes) });
const fold = (...messages: Message[]) => foldOverview(emptyOverview, messages);

describe('the overview', () => {
  it('counts as the server does, and moves with each change by the status before', () => {
    const overview = fold(
      state({ counts: { ...noTasks, created: 2, merged: 1 } }),
      updated({ status: 'analyzing', previousStatus: 'created' }),
      updated({ status: 'created', previousStatus: null }),
    );
    expect(overview.counts).toEqual({ ...noTasks, created: 2, analyzing: 1, merged: 1 });
    expect(overview.openCount).toBe(3);
  });

  it('does not count a change that leaves the status alone', () => {
    const overview = fold(state({ counts: { ...noTasks, merged: 1 } }), updated({ status: 'merged', previousStatus: 'merged', change: 'comment' }));
    expect(overview.counts.merged).toBe(1);
    expect(overview.lastCompleted).toBeNull();
  });

  it('is told anew by a snapshot', () => {
    const overview = fold(updated({ status: 'failed' }), state({ counts: { ...noTasks, failed: 7 } }));
    expect(overview.counts.failed).toBe(7);
  });

  it('knows the last activity, and is not set back by what comes late', () => {
    const overview = fold(state(), updated({ at: '2026-11-20T18:00:00.000Z' }), updated({ at: '2026-11-20T17:59:59.000Z' }));
    expect(overview.lastActivityAt).toBe('2026-11-20T18:00:00.000Z');
  });

  it('knows the task that was merged last, under its newest title', () => {
    const merged = updated({ taskId: 't9', title: 'Done', status: 'merged', previousStatus: 'pr_opened', at: '2026-11-20T18:00:00.000Z' });
    const renamed = updated({ taskId: 't9', title: 'Well done', status: 'merged', previousStatus: 'merged', change: 'edited' });
    expect(fold(state(), merged).lastCompleted).toEqual({ taskId: 't9', title: 'Done', at: '2026-11-20T18:00:00.000Z' });
    expect(fold(state(), merged, renamed).lastCompleted?.title).toBe('Well done');
  });

  it('takes the last merged task from REST only if it has heard of no later one', () => {
    const heard = fold(state(), updated({ taskId: 't9', status: 'merged', previousStatus: 'pr_opened', at: '2026-11-20T18:00:00.000Z' }));
    const older = { taskId: 't8', title: 'Older', at: '2026-11-20T17:00:00.000Z' };
    expect(withCompleted(heard, older).lastCompleted?.taskId).toBe('t9');
    expect(withCompleted(emptyOverview, older).lastCompleted?.taskId).toBe('t8');
  });

  it('knows that its counts are wrong when a task vanishes, until the next snapshot', () => {
    const removed = fold(state(), { event: 'task:removed', payload: { taskId: 't1' } });
    expect(removed.stale).toBe(true);
    expect(foldOverview(removed, [state()]).stale).toBe(false);
  });
});
