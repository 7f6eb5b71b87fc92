import { QueryClient } from '@tanstack/react-query';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { listKey, roomKey } from '../api/taskCache';
import { noFilters } from '../store/filters';
import { listOf, unknownCursor, type TaskRows } from '../store/list';
import { summary, task } from '../testing';
import { openDatabase } from './database';
import { keep, restore } from './kept';

const database = openDatabase();
beforeEach(() => database.clear());

function kept(user: string) {
  return vi.waitFor(async () => {
    const queries = new QueryClient();
    const found = await restore(database, user, queries);
    if (!found) throw new Error('nothing was kept');
    return { queries, found };
  });
}

describe('what the page shows', () => {
  it('is there again after the page was left, under the user’s own name only', async () => {
    const queries = new QueryClient();
    const stop = keep(database, 'alice', queries, () => ({ savedAt: 1000, knownUntil: '2026-11-20T17:24:00.000Z' }));
    queries.setQueryData(listKey(noFilters), listOf([summary()], null, noFilters));
    queries.setQueryData(roomKey('t1'), { kind: 'ready', task: task(), gap: null });
    queries.setQueryData(['demoUsers'], ['not worth it']);
    window.dispatchEvent(new Event('pagehide'));

    const { queries: again, found } = await kept('alice');
    expect(found).toMatchObject({ savedAt: 1000, knownUntil: '2026-11-20T17:24:00.000Z' });
    expect(again.getQueryData(listKey(noFilters))).toMatchObject({ rows: [{ taskId: 't1' }], nextCursor: null });
    expect(again.getQueryData(roomKey('t1'))).toMatchObject({ kind: 'ready' });
    expect(again.getQueryData(['demoUsers'])).toBeUndefined();
    expect(await restore(database, 'bob', new QueryClient())).toBeNull();
    stop();
  });

  it('is kept of a long list as far as somebody may look', async () => {
    const queries = new QueryClient();
    const stop = keep(database, 'alice', queries, () => ({ savedAt: 1000, knownUntil: null }));
    const rows = Array.from({ length: 500 }, (_, n) => summary({ taskId: `t${n}` }));
    queries.setQueryData(listKey(noFilters), listOf(rows, null, noFilters));
    window.dispatchEvent(new Event('pagehide'));
    const list = (await kept('alice')).queries.getQueryData<TaskRows>(listKey(noFilters));
    expect(list?.rows).toHaveLength(100);
    expect(list?.nextCursor).toBe(unknownCursor);
    stop();
  });
});
