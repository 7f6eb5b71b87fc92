import { beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../api/client';
import type { TaskEventView } from '../api/types';
import { openDatabase } from '../offline/database';
import type { Notice } from '../store/notices';
import { alice, entry, summary } from '../testing';
import { createTelling } from './telling';

const since = '2026-11-20T17:24:02.000Z';
const system = { id: 'taskwire', name: 'Taskwire', kind: 'system' as const };
const failed = (version: number) => entry(version, { type: 'failed', actor: system, data: { code: 'x', message: '' } });
const notice = (version: number): Notice => ({ kind: 'failed', taskId: 't1', title: 'Fix', version, missed: false });

function setUp(entries: TaskEventView[] = []) {
  const asked: string[] = [];
  const client: Pick<Client, 'events'> = {
    events: (taskId, after) => {
      asked.push(taskId);
      return Promise.resolve({ ok: true, value: { events: entries.filter(({ version }) => version > after), version: entries.length } });
    },
  };
  const telling = createTelling({ client, database: openDatabase(), user: 'alice' });
  const told: string[] = [];
  telling.onNotice(({ kind, version, missed }) => told.push(`${kind} ${version}${missed ? ' missed' : ''}`));
  return { telling, told, asked };
}

beforeEach(() => openDatabase().clear());

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
});
