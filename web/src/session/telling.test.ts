import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Client, Failure } from '../api/client';
import type { TaskEventView } from '../api/types';
import { openDatabase } from '../offline/database';
import type { Notice } from '../store/notices';
import { alice, entry, summary } from '../testing';
import { createTelling } from './telling';

const since = '2026-11-20T17:24:02.000Z';
const system = { id: 'taskwire', name: 'Taskwire', kind: 'system' as const };
const failed = (version: number) => entry(version, { type: 'failed', actor: system, data: { code: 'x', message: '' } });
const notice = (version: number): Notice => ({ kind: 'failed', taskId: 't1', title: 'Fix', version, missed: false });

function setUp(entries: TaskEventView[] = [], failures: Failure[] = []) {
  const asked: string[] = [];
  const client: Pick<Client, 'events'> = {
    events: (taskId, after) => {
      asked.push(taskId);
      const failure = failures.shift();
      if (failure) return Promise.resolve({ ok: false, failure });
      return Promise.resolve({ ok: true, value: { events: entries.filter(({ version }) => version > after), version: entries.length } });
    },
  };
  // The shortest pauses that chance allows.
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const telling = createTelling({ client, database: openDatabase(), user: 'alice' });
  const told: string[] = [];
  telling.onNotice(({ kind, version, missed }) => told.push(`${kind} ${version}${missed ? ' missed' : ''}`));
  undo.push(telling.stop);
  return { telling, told, asked };
}

const undo: (() => void)[] = [];
beforeEach(() => openDatabase().clear());
afterEach(() => {
  for (const step of undo.splice(0)) step();
  vi.restoreAllMocks();
});

describe('what was missed', () => {
  it('is told by the entry that made it so, once, though it is asked for again and told by a connection, too', async () => {
    const { telling, told, asked } = setUp([entry(1), entry(2), failed(3), entry(4, { type: 'comment', data: { text: 'Oh' } })]);
    const task = summary({ version: 4, status: 'failed' });
    await telling.lookBack([task], since, true);
    expect(told).toEqual(['failed 3 missed']);
    await telling.lookBack([task], since, true);
    expect(asked).toHaveLength(1);
    await telling.tell([notice(3)]);
    expect(told).toHaveLength(1);
    await telling.tell([notice(7)]);
    expect(told).toEqual(['failed 3 missed', 'failed 7']);
  });

  it('is not told again after a reload, nor by another tab', async () => {
    await setUp().telling.tell([notice(3)]);
    const { telling, told } = setUp([entry(1), entry(2), failed(3)]);
    await telling.lookBack([summary({ version: 3, status: 'failed' })], since, true);
    expect(told).toEqual([]);
  });

  it('is nothing that was so before, of somebody else, or of no interest', async () => {
    const comment = entry(4, { type: 'comment', data: { text: 'Oh' } });
    const { telling, told } = setUp([failed(1), entry(2), entry(3), comment]);
    await telling.lookBack([summary({ version: 4, status: 'failed' })], since, true);
    await telling.lookBack([summary({ taskId: 't2', version: 4, status: 'failed', creator: { id: 'bob', name: 'Bob' } })], since, true);
    await telling.lookBack([summary({ taskId: 't3', version: 4, status: 'dispatched' })], since, true);
    expect(told).toEqual([]);
  });

  it('is not told of one’s own doings', async () => {
    const { telling, told } = setUp([entry(1), entry(2), { ...failed(3), actor: { ...alice, kind: 'user' } }]);
    await telling.lookBack([summary({ version: 3, status: 'failed' })], since, true);
    expect(told).toEqual([]);
  });

  it('is told once, though it comes twice at once, and is looked into once for each task', async () => {
    const { telling, told, asked } = setUp([entry(1), entry(2), failed(3), entry(4)]);
    await telling.tell([notice(7), notice(7)]);
    expect(told).toEqual(['failed 7']);
    const [before, now] = [summary({ version: 3, status: 'failed' }), summary({ version: 4, status: 'failed' })];
    await Promise.all([
      telling.lookBack([now, before], '2026-11-20T17:30:00.000Z', false),
      telling.lookBack([before], since, true),
    ]);
    expect(told).toEqual(['failed 7', 'failed 3 missed']);
    expect(asked).toHaveLength(1);
  });

  it('is looked for once more where that was asked of a shorter time', async () => {
    const { telling, told, asked } = setUp([entry(1), entry(2), failed(3), entry(4)]);
    const task = summary({ version: 4, status: 'failed' });
    await telling.lookBack([task], '2026-11-20T17:30:00.000Z', false);
    expect(told).toEqual([]);
    await telling.lookBack([task], since, true);
    await telling.lookBack([task], '2026-11-20T17:29:00.000Z', true);
    expect(told).toEqual(['failed 3 missed']);
    expect(asked).toHaveLength(2);
  });

  const problem = (code: 'rate_limited' | 'token_expired' | 'not_found', status: number, retryAfterMs?: number): Failure =>
    ({ type: 'about:blank', title: code, status, code, detail: '', requestId: 'r1', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });

  it('is looked for again where that came to nothing: by itself if time mends it, else with what changes next', async () => {
    const changed = [summary({ version: 3, status: 'failed' })];
    const busy = setUp([entry(1), entry(2), failed(3)], [problem('rate_limited', 429), { code: 'unreachable', status: null }]);
    await busy.telling.lookBack(changed, since, false);
    await vi.waitFor(() => { expect(busy.told).toEqual(['failed 3']); });
    expect(busy.asked).toHaveLength(3);

    await openDatabase().clear();
    const over = setUp([entry(1), entry(2), failed(3)], [problem('token_expired', 401)]);
    await over.telling.lookBack(changed, since, true);
    await over.telling.lookBack([], '2026-11-20T17:30:00.000Z', false);
    expect(over.told).toEqual(['failed 3 missed']);
  });

  it('is not looked for before the time that the server asks for, whatever changes meanwhile', async () => {
    const { telling, told, asked } = setUp([entry(1), entry(2), failed(3)], [problem('rate_limited', 429, 300)]);
    await telling.lookBack([summary({ version: 3, status: 'failed' })], since, true);
    await telling.lookBack([summary({ version: 3, status: 'failed' }), summary({ taskId: 't2', version: 3, status: 'failed' })], since, false);
    expect(asked).toEqual(['t1']);
    await vi.waitFor(() => { expect(told).toEqual(['failed 3 missed', 'failed 3']); });
    expect(asked).toEqual(['t1', 't1', 't2']);
  });

  it('is not looked for again in a task that is not there any more', async () => {
    const { telling, asked } = setUp([], [problem('not_found', 404)]);
    const timers = vi.spyOn(globalThis, 'setTimeout');
    await telling.lookBack([summary({ version: 3, status: 'failed' })], since, true);
    await telling.lookBack([], since, true);
    expect(asked).toHaveLength(1);
    expect(timers.mock.calls.filter(([, wait]) => wait === 100)).toEqual([]);
  });

  it('is looked for in the newest tasks first, and then in the others', async () => {
    const { telling, told, asked } = setUp([entry(1), entry(2), failed(3)]);
    const many = Array.from({ length: 25 }, (_, n) =>
      summary({ taskId: `t${n}`, version: 3, status: 'failed', updatedAt: `2026-11-20T18:00:${n + 10}.000Z` }));
    await telling.lookBack(many, since, true);
    expect(asked).toEqual(many.slice(5).reverse().map(({ taskId }) => taskId));
    await vi.waitFor(() => { expect(told).toHaveLength(25); }, 10_000);
  });
});
