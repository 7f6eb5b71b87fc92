import { describe, expect, it } from 'vitest';
import type { DashboardState, TaskProgress } from '../api/types';
import { alice, summary, update } from '../testing';
import { applyToDashboard, emptyDashboard, newestFirst, type DashboardMessage } from './dashboard';

const noCounts = emptyDashboard.counts;

function fold(...messages: DashboardMessage[]) {
  return messages.reduce(applyToDashboard, emptyDashboard);
}

function state(changes: Partial<DashboardState> = {}): DashboardMessage {
  const payload = { tasks: [], nextCursor: null, counts: noCounts, lastActivityAt: null, serverTime: '', ...changes };
  return { type: 'state', payload };
}

function progress(changes: Partial<TaskProgress> = {}): DashboardMessage {
  return {
    type: 'progress',
    payload: {
      taskId: 't1',
      version: 1,
      step: 'analysis',
      phase: 'running',
      current: 1,
      total: 3,
      itemsCount: null,
      message: 'Reading the description',
      timestamp: '2026-11-20T17:24:05.000Z',
      ...changes,
    },
  };
}

const created: DashboardMessage = {
  type: 'created',
  payload: { ...summary(), at: '2026-11-20T17:24:00.000Z', actor: { ...alice, kind: 'user' } },
};

describe('the list of tasks', () => {
  it('is replaced by a snapshot', () => {
    const dashboard = fold(created, state({ tasks: [summary({ taskId: 't2' })], nextCursor: 'next' }));
    expect([...dashboard.tasks.keys()]).toEqual(['t2']);
    expect(dashboard).toMatchObject({ loaded: true, more: true });
  });

  it('counts a new task once, though two messages tell of it', () => {
    const dashboard = fold(state(), created, { type: 'updated', payload: update() });
    expect(dashboard.tasks.size).toBe(1);
    expect(dashboard.counts.created).toBe(1);
  });

  it('moves a task from one count to another', () => {
    const dashboard = fold(
      state({ tasks: [summary()], counts: { ...noCounts, created: 1 } }),
      { type: 'updated', payload: update({ version: 2, status: 'analyzing', previousStatus: 'created' }) },
    );
    expect(dashboard.counts).toEqual({ ...noCounts, analyzing: 1 });
  });

  it('moves the counts for a task beyond those listed', () => {
    const dashboard = fold(
      state({ counts: { ...noCounts, failed: 2 } }),
      { type: 'updated', payload: update({ version: 9, status: 'dispatched', previousStatus: 'failed' }) },
    );
    expect(dashboard.counts).toEqual({ ...noCounts, failed: 1, dispatched: 1 });
  });

  it('applies the same version again and ignores an older one', () => {
    const dashboard = fold(
      state({ tasks: [summary({ version: 3, title: 'three' })] }),
      { type: 'updated', payload: update({ version: 3, title: 'three again' }) },
      { type: 'updated', payload: update({ version: 2, title: 'two' }) },
    );
    expect(dashboard.tasks.get('t1')?.title).toBe('three again');
  });

  it('forgets a task that may no longer be seen', () => {
    const dashboard = fold(
      state({ tasks: [summary()], counts: { ...noCounts, created: 1 } }),
      { type: 'removed', payload: { taskId: 't1' } },
    );
    expect(dashboard).toMatchObject({ counts: noCounts, stale: false });
    expect(dashboard.tasks.size).toBe(0);
  });

  it('asks for a snapshot when a task goes whose status it never knew', () => {
    expect(fold(state(), { type: 'removed', payload: { taskId: 'unknown' } }).stale).toBe(true);
  });

  it('shows progress until the next status', () => {
    const working = fold(state({ tasks: [summary()] }), progress());
    expect(working.tasks.get('t1')?.progress).toMatchObject({ current: 1, total: 3 });
    const done = applyToDashboard(working, { type: 'updated', payload: update({ version: 2, status: 'failed' }) });
    expect(done.tasks.get('t1')?.progress).toBeNull();
  });

  it('ignores progress of an older version or an older moment', () => {
    const dashboard = fold(
      state({ tasks: [summary({ version: 2 })] }),
      progress({ version: 2, current: 2 }),
      progress({ version: 1, current: 3 }),
      progress({ version: 2, current: 1, timestamp: '2026-11-20T17:24:04.999Z' }),
      progress({ taskId: 'unknown' }),
    );
    expect(dashboard.tasks.get('t1')?.progress?.current).toBe(2);
    expect(dashboard.tasks.size).toBe(1);
  });

  it('is listed newest first, whatever changed last', () => {
    const dashboard = fold(
      state({
        tasks: [
          summary({ taskId: 'old', createdAt: '2026-11-20T17:00:00.000Z', updatedAt: '2026-11-20T19:00:00.000Z' }),
          summary({ taskId: 'new', createdAt: '2026-11-20T18:00:00.000Z' }),
        ],
      }),
    );
    expect(newestFirst(dashboard).map((row) => row.taskId)).toEqual(['new', 'old']);
  });
});
