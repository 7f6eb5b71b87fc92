import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer, Client, Failure } from '../api/client';
import type { TaskView } from '../api/types';
import { task } from '../testing';
import { openDatabase, type Database } from './database';
import { createOutbox, type Outbox } from './outbox';

const unreachable: Failure = { code: 'unreachable', status: null };

function problem(code: string, status: number, detail = 'Because.'): Failure {
  return { type: 'about:blank', title: code, status, code, detail, requestId: 'r1' } as Failure;
}

/** A server that does each key once, as the real one does. */
function fakeServer() {
  const server = { failure: null as Failure | null, done: [] as string[], calls: [] as string[] };
  const known = new Map<string, TaskView>();
  let slow: Promise<void> | null = null;
  const take = async (what: string, key: string, view: TaskView): Promise<Answer<TaskView>> => {
    server.calls.push(what);
    await slow;
    if (server.failure) return { ok: false, failure: server.failure };
    if (!known.has(key)) {
      known.set(key, view);
      server.done.push(what);
    }
    return { ok: true, value: known.get(key) ?? view };
  };
  const client = {
    create: (body, key) => take(`create ${body.title}`, key, task({ taskId: `id of ${body.title}`, title: body.title })),
    comment: (taskId, text, key) => take(`comment ${taskId} ${text}`, key, task({ taskId })),
    cancel: (taskId, _reason, key) => take(`cancel ${taskId}`, key, task({ taskId, status: 'cancelled' })),
    task: (taskId) => Promise.resolve({ ok: true, value: task({ taskId, status: 'merged' }) }),
  } satisfies Partial<Client> as Partial<Client> as Client;
  return Object.assign(server, {
    client,
    hold: () => {
      let release: () => void = () => undefined;
      slow = new Promise((resolve) => { release = resolve; });
      return release;
    },
  });
}

const boxes: Outbox[] = [];
let server = fakeServer();
const done: TaskView[] = [];

function box(user = 'alice', database = openDatabase(), tasks = ['known']) {
  const outbox = createOutbox({ client: server.client, database, user, onDone: (view) => done.push(view), before: () => ({ tasks, version: 0 }), random: () => 0 });
  boxes.push(outbox);
  return outbox;
}

const create = (title: string) => ({ kind: 'create', task: { title } }) as const;
const states = (outbox: Outbox) => outbox.entries.get().map(({ state }) => state);

beforeEach(async () => {
  await openDatabase().clear();
  server = fakeServer();
  done.length = 0;
});

afterEach(() => {
  for (const outbox of boxes.splice(0)) outbox.stop();
});

describe('the outbox', () => {
  it('does it now when the server is there', async () => {
    const outbox = box();
    expect(await outbox.submit(create('One'))).toMatchObject({ kind: 'done', task: { taskId: 'id of One' } });
    expect(outbox.entries.get()).toEqual([]);
    expect(done.map(({ title }) => title)).toEqual(['One']);
  });

  it('keeps what it cannot send, over a reload, and sends it in order and once', async () => {
    server.failure = unreachable;
    const before = box();
    for (const title of ['One', 'Two', 'Three']) {
      expect(await before.submit(create(title))).toMatchObject({ kind: 'queued' });
    }
    expect(await before.submit({ kind: 'comment', taskId: 't9', text: 'Hello' })).toMatchObject({ kind: 'queued' });
    before.stop();

    const after = box();
    await after.load();
    expect(states(after)).toEqual(['queued', 'queued', 'queued', 'queued']);
    server.failure = null;
    after.wake();
    await vi.waitFor(() => { expect(after.entries.get()).toEqual([]); });
    expect(server.done).toEqual(['create One', 'create Two', 'create Three', 'comment t9 Hello']);
  });

  it('sends under the same key again what it does not know to have arrived', async () => {
    const before = box();
    const release = server.hold();
    void before.submit(create('One'));
    await vi.waitFor(() => { expect(server.calls).toEqual(['create One']); });
    // The page goes while the server is at it.
    before.stop();
    release();
    await vi.waitFor(() => { expect(server.done).toEqual(['create One']); });

    const after = box();
    after.wake();
    await vi.waitFor(() => {
      expect(server.calls).toEqual(['create One', 'create One']);
      expect(after.entries.get()).toEqual([]);
    });
    expect(server.done).toEqual(['create One']);
  });

  it('remembers what there was before an entry was first sent, and no later', async () => {
    server.failure = unreachable;
    const first = box();
    await first.submit(create('One'));
    expect(first.entries.get()).toMatchObject([{ before: { tasks: ['known'], version: 0 } }]);
    first.stop();

    const second = box('alice', openDatabase(), ['known', 'later']);
    second.wake();
    await vi.waitFor(() => { expect(server.calls).toHaveLength(2); });
    expect(second.entries.get()).toMatchObject([{ before: { tasks: ['known'] } }]);
  });

  it('sends a refused entry as if for the first time: what came meanwhile did not come of it', async () => {
    server.failure = unreachable;
    const first = box();
    await first.submit(create('One'));
    server.failure = problem('validation_failed', 422);
    first.wake();
    await vi.waitFor(() => { expect(states(first)).toEqual(['refused']); });
    first.stop();

    server.failure = unreachable;
    const second = box('alice', openDatabase(), ['known', 'later']);
    await second.load();
    await second.retry(second.entries.get()[0]?.id ?? '');
    await vi.waitFor(() => { expect(second.entries.get()).toMatchObject([{ before: { tasks: ['known', 'later'] } }]); });
  });

  it('gives a refusal to whoever waits, with the task as it is now, and keeps nothing', async () => {
    server.failure = problem('invalid_transition', 409);
    const outbox = box();
    expect(await outbox.submit({ kind: 'cancel', taskId: 't1', reason: null })).toMatchObject({
      kind: 'refused',
      failure: { code: 'invalid_transition' },
      task: { status: 'merged' },
    });
    expect(outbox.entries.get()).toEqual([]);
  });

  it('keeps what is refused when nobody waits any more, goes on with the rest, and tries again if asked', async () => {
    server.failure = unreachable;
    const outbox = box();
    await outbox.submit({ kind: 'comment', taskId: 't1', text: 'Too late' });
    server.failure = problem('timeline_full', 409);
    outbox.wake();
    await vi.waitFor(() => { expect(states(outbox)).toEqual(['refused']); });
    const [refused] = outbox.entries.get();
    expect(refused).toMatchObject({ deed: { text: 'Too late' }, failure: { code: 'timeline_full' } });

    server.failure = null;
    expect(await outbox.submit(create('One'))).toMatchObject({ kind: 'done' });
    expect(states(outbox)).toEqual(['refused']);
    await outbox.retry(refused?.id ?? '');
    await vi.waitFor(() => { expect(outbox.entries.get()).toEqual([]); });
    expect(server.done).toEqual(['create One', 'comment t1 Too late']);
  });

  it('tells whoever waits that nothing is left to do when another tab has seen to it', async () => {
    const release = server.hold();
    const [here, other] = [box(), box()];
    const first = here.submit(create('First'));
    const second = here.submit(create('Second'));
    await vi.waitFor(() => { expect(states(here)).toEqual(['sending', 'queued']); });
    await other.load();
    await other.cancel(other.entries.get()[1]?.id ?? '');
    expect(await second).toEqual({ kind: 'elsewhere' });
    release();
    expect(await first).toMatchObject({ kind: 'done' });
    expect(server.done).toEqual(['create First']);
  });

  it('takes back what has not been sent', async () => {
    server.failure = unreachable;
    const outbox = box();
    const outcome = await outbox.submit(create('Never mind'));
    await outbox.cancel(outcome.kind === 'queued' ? outcome.id : '');
    server.failure = null;
    expect(await outbox.submit(create('One'))).toMatchObject({ kind: 'done' });
    expect(server.done).toEqual(['create One']);
  });

  it('waits for another token when the login has ended', async () => {
    server.failure = problem('token_expired', 401);
    const outbox = box();
    expect(await outbox.submit(create('One'))).toMatchObject({ kind: 'queued' });
    server.failure = null;
    outbox.wake();
    await vi.waitFor(() => { expect(server.done).toEqual(['create One']); });
  });

  it('knows the task by its own id once it is created', async () => {
    server.failure = unreachable;
    const outbox = box();
    const outcome = await outbox.submit(create('One'));
    const id = outcome.kind === 'queued' ? outcome.id : '';
    await outbox.submit({ kind: 'comment', taskId: `local:${id}`, text: 'And' });
    server.failure = null;
    outbox.wake();
    await vi.waitFor(() => { expect(server.done).toEqual(['create One', 'comment id of One And']); });
  });

  it('sends nothing more once another user is there, not even what it was about to', async () => {
    const database = openDatabase();
    const switched: Database = {
      ...database,
      change: async (key, by) => {
        const changed = await database.change(key, by);
        if (JSON.stringify(changed).includes('"sending"')) outbox.stop();
        return changed;
      },
    };
    const outbox = box('alice', switched);
    void outbox.submit(create('Of Alice'));
    const alicesLater = box('alice');
    await vi.waitFor(async () => {
      await alicesLater.load();
      expect(states(alicesLater)).toEqual(['sending']);
    });
    await new Promise((resolve) => { setTimeout(resolve); });
    expect(server.calls).toEqual([]);
  });

  it('is one user’s own', async () => {
    server.failure = unreachable;
    await box('alice').submit(create('Of Alice'));
    const bobs = box('bob');
    await bobs.load();
    expect(bobs.entries.get()).toEqual([]);
  });
});
