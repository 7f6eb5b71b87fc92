import { QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeServer } from '../components/testing';
import { sockets } from '../components/testing.socket';
import { openDatabase } from '../offline/database';
import { noFilters } from '../store/filters';
import type { TaskRows } from '../store/list';
import { task } from '../testing';
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
