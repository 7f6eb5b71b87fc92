import { notifyManager, QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { added, created, dashboardState, entry, summary, task, update } from '../testing';
import { noFilters, type Filters } from '../store/filters';
import type { TaskRows } from '../store/list';
import type { Overview } from '../store/overview';
import type { Room } from '../store/room';
import { createTaskCache } from './cache';
import type { Answer, Client } from './client';
import { listKey, overviewKey, roomKey } from './taskCache';
import type { TaskEventView, TaskSummary } from './types';

const unreachable: Answer<never> = { ok: false, failure: { code: 'unreachable', status: null } };
const missing: Answer<never> = {
  ok: false,
  failure: { type: 'about:blank', title: 'Not found', status: 404, code: 'not_found', detail: 'There is no such task', requestId: 'r1' },
};
const at = (second: number) => `2026-11-20T17:24:${`${second}`.padStart(2, '0')}.000Z`;
const row = (n: number, changes: Partial<TaskSummary> = {}) =>
  summary({ taskId: `t${n}`, createdAt: at(n), updatedAt: at(n), ...changes });

/** Rows from newest to oldest. */
const many = (count: number, name = 't', ahead = 0) =>
  Array.from({ length: count }, (_, n) =>
    summary({ taskId: `${name}${String(9999 - n)}`, createdAt: new Date(Date.parse(at(0)) + (ahead - n) * 1000).toISOString(), updatedAt: at(1) }));

function setUp(knownUntil: string | null = null) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: 'always', structuralSharing: false } } });
  const server = { rows: [] as TaskSummary[], down: false, refusal: null as Answer<never> | null, gone: '', asked: [] as string[], read: [] as string[], timelines: {} as Partial<Record<string, TaskEventView[]>>, wait: Promise.resolve() };
  const answer = async <T>(value: () => T): Promise<Answer<T>> => {
    const now = value();
    await server.wait;
    return server.refusal ?? (server.down ? unreachable : { ok: true, value: now });
  };
  const client = {
    tasks: (query) => {
      server.asked.push(query.toString());
      const since = query.get('updatedSince');
      const from = Number(query.get('cursor') ?? 0);
      const to = from + Number(query.get('limit'));
      return answer(() => {
        const found = server.rows.filter(({ updatedAt }) => since === null || updatedAt >= since);
        return { tasks: found.slice(from, to), nextCursor: to < found.length ? `${to}` : null };
      });
    },
    task: (taskId) => (taskId === server.gone ? Promise.resolve(missing) : answer(() => task({ ...row(1), taskId }))),
    stats: () => answer(() => ({ counts: dashboardState().counts, openCount: 0, lastActivityAt: at(59) })),
    events: (taskId, after, limit) => {
      server.read.push(taskId);
      const events = server.timelines[taskId] ?? Array.from({ length: limit }, (_entry, n) => entry(after + 1 + n));
      return answer(() => ({ version: 300, events }));
    },
  } satisfies Partial<Client> as Partial<Client> as Client;
  const heard = { gaps: [] as string[], stale: 0, notices: [] as string[], unsure: [] as string[], changed: [] as string[] };
  const cache = createTaskCache({
    queries,
    client,
    me: 'alice',
    knownUntil,
    onReturn: (taskId) => heard.gaps.push(`${taskId} is back`),
    onGap: (taskId, version) => heard.gaps.push(`${taskId} ${version}`),
    onStaleCounts: () => { heard.stale += 1; },
    onChanged: (tasks) => heard.changed.push(...tasks.map(({ taskId }) => taskId)),
    onUnsureNotices: (updates) => heard.unsure.push(...updates.map(({ taskId }) => taskId)),
    onNotices: (notices) => heard.notices.push(...notices.map(({ kind }) => kind)),
  });
  /** Shows a list or a task, as a component does. */
  const show = (of: Filters | string) => {
    const observer = typeof of === 'string'
      ? new QueryObserver(queries, { queryKey: roomKey(of), queryFn: () => cache.fetchRoom(of) })
      : new QueryObserver<unknown>(queries, { queryKey: listKey(of), queryFn: () => cache.fetchList(of) });
    undo.push((observer as QueryObserver).subscribe(() => undefined));
  };
  undo.push(cache.stop);
  const list = (filters = noFilters) => queries.getQueryData<TaskRows>(listKey(filters));
  return { cache, queries, server, heard, show, list, ids: () => list()?.rows.map(({ taskId }) => taskId) };
}

const undo: (() => void)[] = [];
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  for (const step of undo.splice(0)) step();
  vi.useRealTimers();
});
const settle = () => vi.advanceTimersByTimeAsync(0);
const updated = (n: number, changes: Parameters<typeof update>[0] = {}) =>
  ({ event: 'dashboard:task_list_updated', payload: update({ ...row(n), ...changes }) }) as const;

describe('the cache', () => {
  it('folds a burst of messages once, with the next frame', async () => {
    const { cache, queries, show, ids } = setUp();
    show(noFilters);
    await settle();
    let changes = 0;
    undo.push(queries.getQueryCache().subscribe(({ type, query }) => {
      if (type === 'updated' && (query.queryKey as unknown[])[0] === 'tasks') changes += 1;
    }));
    for (let n = 1; n <= 20; n += 1) cache.take(updated(n));
    expect(ids()).toEqual([]);
    await vi.advanceTimersByTimeAsync(20);
    expect(ids()).toHaveLength(20);
    expect(changes).toBe(1);
  });

  it('loses nothing that comes while a list is being fetched, and doubles nothing', async () => {
    const { cache, server, show, ids } = setUp();
    let release: () => void = () => undefined;
    server.rows = [row(1), row(2)];
    server.wait = new Promise((resolve) => { release = resolve; });
    show(noFilters);
    cache.take(updated(2, { version: 2 }));
    cache.take(updated(3));
    cache.take({ event: 'task:removed', payload: { taskId: 't1' } });
    release();
    await settle();
    expect(ids()).toEqual(['t3', 't2']);
  });

  it('marks what changed, and no longer after a while', async () => {
    const { cache, show } = setUp();
    show(noFilters);
    await settle();
    cache.take(updated(1));
    cache.flush();
    await settle();
    expect([...cache.recentlyChanged.get().keys()]).toEqual(['t1']);
    await vi.advanceTimersByTimeAsync(3500);
    expect(cache.recentlyChanged.get().size).toBe(0);
  });

  it('asks for missing entries once for each version it has, and only of a task that is shown', async () => {
    const { cache, heard, show } = setUp();
    show('t1');
    await settle();
    const event = (version: number, taskId = 't1') =>
      ({ event: 'task:event_added', payload: { ...added(entry(version)), taskId } }) as const;
    cache.take(event(3));
    cache.take(event(3, 't2'));
    cache.flush();
    cache.take(event(4));
    cache.flush();
    expect(heard.gaps).toEqual(['t1 1']);
    cache.take(event(2));
    cache.flush();
    expect(heard.gaps).toEqual(['t1 1', 't1 2']);
  });

  it('follows a task again that may be seen again', async () => {
    const { cache, heard, show } = setUp();
    show('t1');
    await settle();
    cache.take({ event: 'task:removed', payload: { taskId: 't1' } });
    cache.flush();
    cache.take({ event: 'task:created', payload: created() });
    cache.flush();
    expect(heard.gaps).toEqual(['t1 is back']);
  });

  it('asks for the counts when they cannot be told any more', () => {
    const { cache, heard } = setUp();
    cache.take({ event: 'task:removed', payload: { taskId: 'unknown' } });
    cache.flush();
    expect(heard.stale).toBe(1);
  });

  it('asks for the counts once, however much is heard until the answer, and again when that is no longer enough', () => {
    const { cache, heard } = setUp();
    const remove = () => {
      cache.take({ event: 'task:removed', payload: { taskId: 'unknown' } });
      cache.flush();
    };
    remove();
    cache.take(updated(1));
    cache.flush();
    remove();
    expect(heard.stale).toBe(1);
    cache.take({ event: 'dashboard:state', payload: dashboardState() });
    cache.flush();
    remove();
    expect(heard.stale).toBe(2);
  });

  it('knows of a task that a view has whether its pull request was a draft, and of others that it does not', async () => {
    const { cache, server, heard, show } = setUp();
    const pull = { number: 7, url: 'https://example.com', title: '', state: 'open', review: 'none', checks: 'none', mergeCommitSha: null } as const;
    const becomes = (draft: boolean, of: number, version: number) =>
      updated(of, { version, change: 'pr_updated', status: 'pr_opened', actor: { id: 'github', name: 'GitHub', kind: 'github' }, pullRequest: { ...pull, draft } });
    server.rows = [row(1, { status: 'pr_opened', pullRequest: { ...pull, draft: true } }), row(3, { version: 2, status: 'pr_opened', pullRequest: { ...pull, draft: false } })];
    show(noFilters);
    await settle();
    cache.take(becomes(false, 1, 2));
    cache.take(becomes(false, 2, 2));
    // The list was answered with what this tells only now: what was before it nobody has seen.
    cache.take(becomes(false, 3, 2));
    cache.flush();
    expect([heard.notices, heard.unsure]).toEqual([['ready'], ['t2', 't3']]);
  });

  it('has no row of a task that turns out to be missing', async () => {
    const { cache, server, show, ids } = setUp();
    server.rows = [row(1), row(2), row(3)];
    show(noFilters);
    await settle();
    cache.remove('t1');
    cache.flush();
    server.gone = 't2';
    expect(await cache.fetchRoom('t2')).toEqual({ kind: 'gone' });
    cache.flush();
    expect(ids()).toEqual(['t3']);
  });

  it('does not bring a task back by an answer that was on its way when it was taken away', async () => {
    const { cache, queries, server, show, ids } = setUp();
    server.rows = [row(1)];
    show(noFilters);
    show('t1');
    await settle();
    cache.take({ event: 'task:removed', payload: { taskId: 't1' } });
    cache.put(task({ ...row(1), version: 5 }));
    expect(ids()).toEqual([]);
    expect(queries.getQueryData<Room>(roomKey('t1'))).toEqual({ kind: 'gone' });

    // Shown again, it is as good as ever.
    await cache.fetchRoom('t1');
    cache.put(task({ ...row(1), version: 8 }));
    expect(ids()).toEqual(['t1']);
  });

  it('loads older entries in front of those it shows', async () => {
    const { cache, queries } = setUp();
    const room: Room = { kind: 'ready', gap: null, task: task({ version: 300, eventsFrom: 251, events: [entry(251)] }) };
    queries.setQueryData(roomKey('t1'), room);
    expect(await cache.loadOlder('t1')).toBeNull();
    const more = queries.getQueryData<Room>(roomKey('t1'));
    expect(more?.kind === 'ready' && [more.task.eventsFrom, more.task.events.length]).toEqual([51, 201]);
    await cache.loadOlder('t1');
    await cache.loadOlder('t1');
    const whole = queries.getQueryData<Room>(roomKey('t1'));
    expect(whole?.kind === 'ready' && whole.task.events.map(({ version }) => version)).toEqual(
      Array.from({ length: 251 }, (_, n) => n + 1),
    );
  });

  it('says why a task cannot be shown', async () => {
    const { cache, server } = setUp();
    server.down = true;
    await expect(cache.fetchRoom('t1')).rejects.toMatchObject({ failure: { code: 'unreachable' } });
  });

  it('shows a change in all views in one go: rows, marks, the task and the counts', async () => {
    const { cache, queries, show } = setUp();
    show(noFilters);
    show('t1');
    undo.push(new QueryObserver(queries, { queryKey: overviewKey, queryFn: () => cache.fetchOverview(), staleTime: Number.POSITIVE_INFINITY }).subscribe(() => undefined));
    await settle();
    const told: string[] = [];
    for (const key of [listKey(noFilters), roomKey('t1'), overviewKey]) {
      // As a component is told.
      const hear = notifyManager.batchCalls(() => { told.push(String(key[0])); });
      undo.push(new QueryObserver(queries, { queryKey: key, enabled: false }).subscribe(hear));
    }
    undo.push(cache.recentlyChanged.subscribe(() => { told.push('marks'); }));
    cache.take({ event: 'task:event_added', payload: added(entry(2)) });
    cache.take(updated(1, { version: 2, status: 'failed', previousStatus: 'created' }));
    cache.flush();
    expect(told).toEqual([]);
    // No timer, and so no other rendering, comes between.
    await Promise.resolve();
    expect(told.sort()).toEqual(['marks', 'overview', 'task', 'tasks']);
  });
});

describe('what a list is unsure of', () => {
  const searched: Filters = { ...noFilters, q: 'zebra' };
  const unsure = async () => {
    const { cache, server, show, list } = setUp();
    vi.spyOn(Math, 'random').mockReturnValue(0.99);
    show(searched);
    await settle();
    server.asked = [];
    const change = (version: number) => {
      cache.take(updated(1, { version }));
      cache.flush();
    };
    return { server, change, rows: () => list(searched)?.rows.map(({ taskId }) => taskId) };
  };
  afterEach(() => { vi.restoreAllMocks(); });

  it('is asked for a second later, once', async () => {
    const { server, change, rows } = await unsure();
    server.rows = [row(1)];
    change(1);
    change(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.asked).toHaveLength(1);
    expect(rows()).toEqual(['t1']);
  });

  it('is asked for again ever more seldom while nobody answers, whatever else is told', async () => {
    const { server, change, rows } = await unsure();
    server.rows = [row(1)];
    server.down = true;
    for (let second = 1; second <= 61; second += 1) {
      change(second);
      await vi.advanceTimersByTimeAsync(1000);
    }
    // After 1, 2, 4, 8, 16 and 32 seconds.
    expect(server.asked).toHaveLength(6);
    server.down = false;
    await vi.advanceTimersByTimeAsync(31_000);
    expect(rows()).toEqual(['t1']);
    server.asked = [];
    change(100);
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.asked).toHaveLength(1);
  });

  it('is asked for when the server wants to be asked', async () => {
    const { server, change } = await unsure();
    server.refusal = { ok: false, failure: { type: 'about:blank', title: '', status: 429, code: 'rate_limited', detail: '', requestId: 'r1', retryAfterMs: 20_000 } };
    change(1);
    await vi.advanceTimersByTimeAsync(20_900);
    expect(server.asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(server.asked).toHaveLength(2);
  });
});

describe('catching up', () => {
  it('asks for what changed since the last that was heard, five seconds earlier, and folds it into every list', async () => {
    const { cache, server, show, ids, list } = setUp(at(30));
    const failed: Filters = { ...noFilters, status: ['failed'] };
    server.rows = [row(1), row(2)];
    show(noFilters);
    show(failed);
    await settle();
    server.rows = [row(1, { version: 2, status: 'failed', updatedAt: at(40) }), row(2), row(3, { updatedAt: at(41) })];
    server.asked = [];
    await cache.catchUp(false);
    expect(server.asked.map((query) => new URLSearchParams(query).get('updatedSince'))).toEqual([at(25), null]);
    expect(ids()).toEqual(['t3', 't2', 't1']);
    expect(list(failed)?.rows.map(({ taskId }) => taskId)).toContain('t1');
    expect(cache.knownUntil.get()).toBe(at(41));
  });

  it('asks from the same time again when it did not succeed, whatever was heard meanwhile', async () => {
    const { cache, server } = setUp(at(30));
    server.down = true;
    expect(await cache.catchUp(false)).toMatchObject({ code: 'unreachable' });
    cache.take(updated(50, { at: at(50) }));
    cache.flush();
    server.down = false;
    server.asked = [];
    await cache.catchUp(false);
    expect(server.asked.map((query) => new URLSearchParams(query).get('updatedSince'))).toEqual([at(25), null]);
    expect(cache.knownUntil.get()).toBe(at(50));
  });

  it('has not caught up with what may have been missed since it began to ask', async () => {
    const { cache } = setUp(at(30));
    const caughtUp = cache.catchUp(false);
    cache.fellBehind();
    await caughtUp;
    cache.take(updated(50, { at: at(50) }));
    expect(cache.knownUntil.get()).toBe(at(30));
    await cache.catchUp(false);
    expect(cache.knownUntil.get()).toBe(at(50));
  });

  it('fetches the lists when there is nothing to start from', async () => {
    const { cache, server, show, ids } = setUp();
    show(noFilters);
    await settle();
    server.rows = [row(1)];
    await cache.catchUp(false);
    expect(ids()).toEqual(['t1']);
  });

  it('keeps nothing that may be out of date when more has changed than it asks for one by one', async () => {
    const { cache, server, show, list } = setUp(at(30));
    const rows = Array.from({ length: 1500 }, (_, n) =>
      row(1, { taskId: `t${String(9999 - n)}`, createdAt: new Date(Date.parse(at(0)) - n * 1000).toISOString(), updatedAt: at(1) }));
    server.rows = rows;
    show(noFilters);
    await settle();
    for (let page = 0; page < 5; page += 1) await cache.loadMore(noFilters);
    expect(list()?.rows).toHaveLength(1100);
    // All of them fail; which ones is told of the first thousand only.
    server.rows = rows.map((each) => ({ ...each, version: 2, status: 'failed', updatedAt: at(40) }));
    await cache.catchUp(false);
    const shown = list()?.rows ?? [];
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.filter(({ status }) => status !== 'failed')).toEqual([]);
    await cache.loadMore(noFilters);
    expect(list()?.rows.slice(0, 300).map(({ taskId }) => taskId)).toEqual(rows.slice(0, 300).map(({ taskId }) => taskId));
  });

  it('learns by asking what may be seen no longer, now and then', async () => {
    const { cache, server, show, ids } = setUp(at(30));
    server.rows = [row(2), row(1)];
    show(noFilters);
    await settle();
    server.rows = [row(2)];
    await cache.catchUp(true);
    expect(ids()).toEqual(['t2', 't1']);
    await vi.advanceTimersByTimeAsync(60_000);
    await cache.catchUp(true);
    expect(ids()).toEqual(['t2']);
  });

  it('is true down to the last row it has loaded once a list is fetched anew, wherever rows have vanished', async () => {
    const { cache, queries, server, show, list, ids } = setUp(at(30));
    server.rows = many(700);
    show(noFilters);
    await settle();
    await cache.loadMore(noFilters);
    await cache.loadMore(noFilters);
    expect(ids()).toHaveLength(500);

    const gone = new Set([50, 150, 250, 499].map((n) => server.rows[n]?.taskId));
    server.rows = server.rows.filter(({ taskId }) => !gone.has(taskId));
    await queries.invalidateQueries({ queryKey: ['tasks'] });
    expect(ids()?.length).toBeGreaterThanOrEqual(496);
    expect(ids()).toEqual(server.rows.slice(0, ids()?.length).map(({ taskId }) => taskId));
    // And it goes on from there, to the end.
    await cache.loadMore(noFilters);
    expect(ids()).toEqual(server.rows.map(({ taskId }) => taskId));
    expect(list()?.nextCursor).toBeNull();
  });

  it('reads no further than it had, however much is new, and not to the end for a picked row that vanished', async () => {
    const { queries, server, show, ids } = setUp(at(30));
    const rare: Filters = { ...noFilters, label: 'rare' };
    server.rows = many(3000).map((each, n) => (n < 3 ? { ...each, labels: ['rare'] } : each));
    show(noFilters);
    show(rare);
    await settle();
    const before = ids();
    server.rows = [...many(50, 'new', 50), ...server.rows.slice(1)];
    server.asked = [];
    await queries.refetchQueries({ queryKey: listKey(noFilters), exact: true });
    expect(server.asked).toHaveLength(1);
    expect(ids()).toHaveLength(before?.length ?? 0);
    server.asked = [];
    await queries.refetchQueries({ queryKey: listKey(rare), exact: true });
    expect(queries.getQueryData<TaskRows>(listKey(rare))?.rows).toHaveLength(2);
    // As deep as it had looked: a thousand rows, and those that are new.
    expect(server.asked).toHaveLength(11);
  });

  it('believes an event over a long list that is being fetched anew', async () => {
    const { cache, queries, server, show, ids } = setUp(at(30));
    server.rows = many(300);
    show(noFilters);
    await settle();
    await cache.loadMore(noFilters);
    let release: () => void = () => undefined;
    server.wait = new Promise((resolve) => { release = resolve; });
    const refetched = queries.refetchQueries({ queryKey: ['tasks'] });
    cache.take({ event: 'task:removed', payload: { taskId: server.rows[250]?.taskId ?? '' } });
    release();
    await refetched;
    expect(ids()).toEqual(server.rows.filter((_, n) => n !== 250).map(({ taskId }) => taskId));
  });

  it('believes an event over an answer that was on its way', async () => {
    const { cache, server, show, ids } = setUp(at(30));
    server.rows = [row(1)];
    show(noFilters);
    await settle();
    let release: () => void = () => undefined;
    server.wait = new Promise((resolve) => { release = resolve; });
    server.rows = [row(1, { version: 2, updatedAt: at(31) })];
    const caughtUp = cache.catchUp(false);
    cache.take({ event: 'task:removed', payload: { taskId: 't1' } });
    release();
    await caughtUp;
    expect(ids()).toEqual([]);
  });

  it('knows the task that was merged last, whichever merged one was talked about since', async () => {
    const { cache, queries, server } = setUp(at(30));
    const merge = (version: number, second: number) => ({ ...entry(version, { type: 'pr_merged' }), at: at(second) });
    server.rows = [
      row(1, { title: 'Merged first', status: 'merged', version: 3, updatedAt: at(50) }),
      row(2, { title: 'Merged last', status: 'merged', version: 2, updatedAt: at(20) }),
      row(3, { status: 'merged', version: 2, updatedAt: at(19) }),
    ];
    server.timelines = { t1: [merge(2, 10), { ...entry(3), at: at(50) }], t2: [merge(2, 20)] };
    await cache.catchUp(true);
    await settle();
    const completed = () => queries.getQueryData<Overview>(overviewKey)?.lastCompleted;
    expect(completed()).toEqual({ taskId: 't2', title: 'Merged last', at: at(20) });
    expect((await cache.fetchOverview()).lastCompleted).toEqual(completed());
    // Those below were merged before they last changed, and a merge is asked for once.
    expect(server.read).toEqual(['t1', 't2']);
  });

  it('asks for the counts where no connection tells them', async () => {
    const { cache, queries } = setUp(at(30));
    await cache.catchUp(true);
    expect(queries.getQueryData<Overview>(overviewKey)?.lastActivityAt).toBe(at(59));
  });
});
