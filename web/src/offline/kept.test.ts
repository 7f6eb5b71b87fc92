import { QueryClient } from '@tanstack/react-query';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { listKey, overviewKey, roomKey } from '../api/taskCache';
import { noFilters } from '../store/filters';
import { listOf, unknownCursor, type TaskRows } from '../store/list';
import { emptyOverview } from '../store/overview';
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

  it.each([
    ['an older page', { shape: 0 }],
    ['a page that gave it no number', { shape: undefined }],
  ])('is not taken from %s, which kept it in another shape', async (_, changes) => {
    const queries = new QueryClient();
    const stop = keep(database, 'alice', queries, () => ({ savedAt: 1000, knownUntil: null }));
    queries.setQueryData(['me'], { id: 'alice' });
    window.dispatchEvent(new Event('pagehide'));
    stop();
    await kept('alice');
    await database.change<object>('shown:alice', (now) => ({ ...now, ...changes }));
    const again = new QueryClient();
    expect(await restore(database, 'alice', again)).toBeNull();
    expect(again.getQueryCache().getAll()).toEqual([]);
  });

  it('has the shape that its number stands for: who changes the one counts the other up', async () => {
    const queries = new QueryClient();
    const stop = keep(database, 'alice', queries, () => ({ savedAt: 1000, knownUntil: null }));
    queries.setQueryData(listKey(noFilters), listOf([summary()], null, noFilters));
    queries.setQueryData(roomKey('t1'), { kind: 'ready', task: task(), gap: null });
    queries.setQueryData(overviewKey, emptyOverview);
    window.dispatchEvent(new Event('pagehide'));
    stop();
    await kept('alice');
    const { shape, queries: all } = (await database.read<{ shape: number; queries: { key: unknown[]; data: object }[] }>('shown:alice')) ?? {};
    expect([shape, ...(all ?? []).map(({ key, data }) => `${key[0] as string}: ${fields(data).join(' ')}`)]).toMatchInlineSnapshot(`
      [
        1,
        "overview: loaded counts created analyzing clarification_needed dispatched pr_opened merged failed cancelled openCount lastActivityAt lastCompleted stale",
        "tasks: rows taskId version title repo labels creator id name team visibility status createdAt updatedAt issue pullRequest progress error nextCursor end unsure",
        "task: kind task taskId version title repo labels creator id name team visibility status createdAt updatedAt issue pullRequest progress error description questions events version at actor id name kind type data eventsFrom gap",
      ]
    `);
  });
});

/** The names of all fields, inner ones too. */
function fields(of: object): string[] {
  return Object.entries(of).flatMap(([name, inner]) => [
    ...(Array.isArray(of) ? [] : [name]),
    ...(typeof inner === 'object' && inner !== null ? fields(inner as object) : []),
  ]);
}
