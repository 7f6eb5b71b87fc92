import { QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Problem } from '../api/types';
import { FakeServer, problem } from '../components/testing';
import { sockets } from '../components/testing.socket';
import { openDatabase } from '../offline/database';
import { noFilters } from '../store/filters';
import type { TaskRows } from '../store/list';
import { entry, summary, task, update } from '../testing';
import { listKey, openWorkspace, type Workspace } from './workspace';

vi.mock('../api/socket', () => import('../components/testing.socket'));

let server: FakeServer;
const open: Workspace[] = [];

async function opened(): Promise<Workspace> {
  const workspace = await openWorkspace({ user: 'alice', token: () => 'mine', replaceToken: vi.fn(), database: openDatabase() });
  open.push(workspace);
  await vi.waitFor(() => { expect(workspace.freshness.get().kind).toBe('live'); });
  return workspace;
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  await openDatabase().clear();
  server = new FakeServer();
});

afterEach(() => {
  for (const workspace of open.splice(0)) workspace.stop();
  vi.useRealTimers();
});

describe('what the page shows', () => {
  it('is stale since the server was last heard, not since that was noticed, and stays so until all is known', async () => {
    const { freshness } = await opened();
    const heardAt = Date.now();
    sockets.listener?.heard();
    vi.setSystemTime(heardAt + 40_000);
    server.reachable = false;
    server.drop('closed');
    expect(freshness.get()).toMatchObject({ since: heardAt });

    // Connected again, but what was missed cannot be had: it is no newer for that.
    await vi.waitFor(() => { expect(freshness.get().kind).toBe('catching_up'); }, 10_000);
    vi.setSystemTime(heardAt + 60_000);
    sockets.listener?.heard();
    sockets.listener?.restarted();
    expect(freshness.get()).toMatchObject({ since: heardAt });
    server.drop('closed');
    expect(freshness.get()).toMatchObject({ since: heardAt });
  });
  it('is true down to the last row after a reconnect, though nobody tells of what may be seen no longer', async () => {
    server.tasks = Array.from({ length: 300 }, (_, n) =>
      task({ taskId: `t${999 - n}`, createdAt: new Date(Date.UTC(2026, 0, 1) - n * 1000).toISOString() }));
    const { cache, queries } = await opened();
    const list = new QueryObserver<TaskRows>(queries, { queryKey: listKey(noFilters), queryFn: () => cache.fetchList(noFilters) });
    const stop = list.subscribe(() => undefined);
    const shown = () => list.getCurrentResult().data?.rows.map(({ taskId }) => taskId);
    await vi.waitFor(() => { expect(shown()).toHaveLength(100); });
    await cache.loadMore(noFilters);
    expect(shown()).toHaveLength(300);

    server.tasks = server.tasks.filter((_, n) => n !== 40 && n !== 240);
    server.drop('closed');
    await vi.waitFor(() => { expect(shown()).toEqual(server.tasks.map(({ taskId }) => taskId)); }, 20_000);
    stop();
  });
});

describe('what happened while the page was away', () => {
  afterEach(() => { vi.restoreAllMocks(); });

  /** There is another connection, but what was missed cannot be had. */
  async function missing(failure: Problem) {
    // Pauses are known by their length.
    vi.spyOn(Math, 'random').mockReturnValue(0.101);
    const workspace = await opened();
    server.say({ event: 'dashboard:task_list_updated', payload: update() });
    await vi.waitFor(() => { expect(workspace.cache.knownUntil.get()).not.toBeNull(); });
    server.lastPage = 0;
    server.unreadable = failure;
    const timers = vi.spyOn(globalThis, 'setTimeout');
    server.drop('closed');
    const asked = () => server.calls.filter(({ path }) => path.includes('updatedSince')).length;
    await vi.waitFor(() => { expect(asked()).toBeGreaterThan(0); }, 10_000);
    return { ...workspace, asked, pauses: () => timers.mock.calls.map(([, wait]) => wait).filter((wait) => wait === 202 || wait === 404 || wait === 808) };
  }

  it('is asked for again after longer and longer pauses', async () => {
    const { freshness, asked, pauses } = await missing(problem('store_unavailable', 503));
    await vi.waitFor(() => { expect(asked()).toBe(4); }, 10_000);
    await vi.waitFor(() => { expect(pauses()).toEqual([202, 404, 808]); });
    server.lastPage = null;
    await vi.waitFor(() => { expect(freshness.get().kind).toBe('live'); }, 10_000);
  });

  it('is not asked for again where time does not help, until there is another token', async () => {
    const { freshness, client, asked, pauses, tokenChanged } = await missing(problem('token_expired', 401));
    // What is asked later is answered later.
    await client.me();
    await client.me();
    tokenChanged('new');
    await vi.waitFor(() => { expect(asked()).toBe(2); });
    await client.me();
    await client.me();
    expect(pauses()).toEqual([]);
    server.lastPage = null;
    tokenChanged('newer');
    await vi.waitFor(() => { expect(freshness.get().kind).toBe('live'); });
    expect(asked()).toBe(3);
  });
});

describe('a notice', () => {
  const github = { id: 'github', name: 'GitHub', kind: 'github' as const };
  const opening = {
    repoId: 1, repo: 'acme/shop', number: 7, url: 'https://github.com/acme/shop/pull/7', title: 'Fix', state: 'open' as const, draft: false,
    headSha: 'abc', mergeCommitSha: null, createdAt: '2026-11-20T17:24:03.000Z', updatedAt: '2026-11-20T17:24:03.000Z',
  };
  const { number, url, title, state, draft, mergeCommitSha } = opening;
  const pullRequest = { number, url, title, state, draft, mergeCommitSha, review: 'none' as const, checks: 'none' as const };
  const ready = { taskId: 't1', status: 'pr_opened', pullRequest } as const;
  const moved = (type: 'pr_opened' | 'pr_updated', version: number, isDraft: boolean) =>
    entry(version, { type, actor: github, data: { pull: { ...opening, draft: isDraft }, occurredAt: opening.updatedAt } });

  async function told(events: ReturnType<typeof entry>[]) {
    server.tasks = [task({ ...ready, version: 4, events: [entry(1), entry(2), ...events] })];
    const { onNotice } = await opened();
    const notices: string[] = [];
    onNotice(({ kind, version, missed }) => notices.push(`${kind} ${version}${missed ? ' missed' : ''}`));
    const asked = () => server.calls.filter(({ path }) => path.startsWith('/api/tasks/t1/events'));
    const payload = update({ ...summary({ ...ready, version: 4 }), change: 'pr_updated', version: 4, actor: github, previousStatus: 'pr_opened', at: '2026-11-20T17:24:04.000Z' });
    server.say({ event: 'dashboard:task_list_updated', payload });
    await vi.waitFor(() => { expect(asked()).toHaveLength(1); });
    return notices;
  }

  it('says ready of a draft that no view has, as its timeline tells', async () => {
    const notices = await told([moved('pr_opened', 3, true), moved('pr_updated', 4, false)]);
    await vi.waitFor(() => { expect(notices).toEqual(['ready 4']); });
  });

  it('is not lost to an unsure update that comes while the page catches up', async () => {
    const { onNotice, cache, freshness } = await opened();
    const notices: string[] = [];
    onNotice(({ kind, version, missed }) => notices.push(`${kind} ${version}${missed ? ' missed' : ''}`));
    server.say({ event: 'dashboard:task_list_updated', payload: update({ taskId: 't2' }) });
    await vi.waitFor(() => { expect(cache.knownUntil.get()).not.toBeNull(); });

    server.tasks = [task({ ...ready, version: 4, events: [entry(1), entry(2), moved('pr_opened', 3, false), moved('pr_updated', 4, false)] })];
    let goOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => { goOn = resolve; });
    server.reading = (path) => (path.includes('updatedSince') ? gate : Promise.resolve());
    server.drop('closed');
    await vi.waitFor(() => { expect(freshness.get().kind).toBe('catching_up'); }, 10_000);
    const payload = update({ ...summary({ ...ready, version: 4 }), change: 'pr_updated', version: 4, actor: github, previousStatus: 'pr_opened', at: '2026-11-20T17:24:04.000Z' });
    server.say({ event: 'dashboard:task_list_updated', payload });
    await vi.waitFor(() => { expect(server.calls.some(({ path }) => path.startsWith('/api/tasks/t1/events'))).toBe(true); });
    goOn();
    await vi.waitFor(() => { expect(notices).toEqual(['ready 3 missed']); });
  });

  it('says nothing of another change to what was ready before', async () => {
    const notices = await told([moved('pr_opened', 3, false), moved('pr_updated', 4, false)]);
    server.say({ event: 'dashboard:task_list_updated', payload: update({ taskId: 't2', status: 'failed', change: 'failed', version: 5, actor: github }) });
    await vi.waitFor(() => { expect(notices).toEqual(['failed 5']); });
  });
});
