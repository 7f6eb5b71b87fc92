/** Sends what the user does, in order and once, now or when the server can be reached again. */
import { patience } from '../api/answers';
import { newKey, type Answer, type Client, type Failure, type Refused } from '../api/client';
import type { TaskView } from '../api/types';
import { cell, type Observable } from '../store/observable';
import { nextToSend, withDone, withoutEntry, type Before, type Deed, type OutboxEntry } from '../store/outbox';
import { outboxKey, type Database } from './database';

/** What came of something the user did. */
export type Outcome =
  | { kind: 'done'; task: TaskView }
  /** It is kept, and sent when the server can be reached. */
  | { kind: 'queued'; id: string }
  /** Nothing is left to do here: another tab has sent it, or it was taken back. */
  | { kind: 'elsewhere' }
  /** The server will not have it. `task`: the task as it is now, where that is why. */
  | { kind: 'refused'; failure: Failure; task: TaskView | null };

export interface Outbox {
  entries: Observable<readonly OutboxEntry[]>;
  /** Does it now if that is possible; tells what came of the first try. */
  submit: (deed: Deed) => Promise<Outcome>;
  /** Takes back what has not been taken by the server. */
  cancel: (id: string) => Promise<void>;
  /** Sends a refused entry once more. */
  retry: (id: string) => Promise<void>;
  /** Sends what waits: the server may be there again. */
  wake: () => void;
  /** Reads what was kept from before. */
  load: () => Promise<void>;
  stop: () => void;
}

interface OutboxOptions {
  client: Client;
  database: Database;
  user: string;
  onDone: (task: TaskView) => void;
  /** What the page knows of before an entry is sent. */
  before: (entry: OutboxEntry) => Before;
  now?: () => number;
  random?: () => number;
}

/** Problems that are not about what was sent: it is worth sending again. */
const passing: ReadonlySet<string> = new Set([
  'unreachable', 'internal', 'store_unavailable', 'unavailable', 'rate_limited', 'busy', 'unauthenticated', 'token_expired',
]);
/** Of those, what only another token mends. */
const needsToken: ReadonlySet<string> = new Set(['unauthenticated', 'token_expired']);

export function createOutbox({ client, database, user, onDone, before, ...options }: OutboxOptions): Outbox {
  const now = options.now ?? Date.now;
  const random = options.random ?? Math.random;
  const key = outboxKey(user);
  const entries = cell<readonly OutboxEntry[]>([]);
  /** Who waits for what comes of an entry that is kept. */
  const waiting = new Map<string, (outcome: Outcome) => void>();
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(`taskwire.${key}`);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let draining = false;
  let again = false;
  let stopped = false;
  const isStopped = () => stopped;

  /** Takes in what is kept now: what another tab has done with an entry, whoever waits for it hears. */
  const took = (kept: readonly OutboxEntry[]) => {
    entries.set(kept);
    for (const id of [...waiting.keys()]) {
      if (!kept.some((entry) => entry.id === id)) waiterOf(id)?.({ kind: 'elsewhere' });
    }
  };
  /** Whoever waits for an entry, who is to be told now. */
  const waiterOf = (id: string) => {
    const waiter = waiting.get(id);
    waiting.delete(id);
    return waiter;
  };

  const change = async (by: (entries: readonly OutboxEntry[]) => readonly OutboxEntry[]) => {
    const next = await database.change<readonly OutboxEntry[]>(key, (kept) => by(kept ?? []));
    if (isStopped()) return;
    took(next);
    channel?.postMessage(null);
  };
  const load = async () => {
    const kept = await database.read<readonly OutboxEntry[]>(key);
    if (!stopped) took(kept ?? []);
  };
  if (channel) channel.onmessage = () => void load();

  const mark = (id: string, changes: Partial<OutboxEntry>) =>
    change((all) => all.map((entry) => (entry.id === id ? { ...entry, ...changes } : entry)));

  /** Sends one entry; whether the next may follow at once. */
  const sendOne = async (entry: OutboxEntry): Promise<boolean> => {
    const first = entry.sentAt === null ? { sentAt: new Date(now()).toISOString(), before: before(entry) } : {};
    await mark(entry.id, { state: 'sending', ...first });
    // Another user may have logged in meanwhile.
    if (isStopped()) return false;
    const answer = await send(client, entry);
    if (isStopped()) return false;
    if (answer.ok) {
      failures = 0;
      // The row first, then no entry: at no time is there neither.
      onDone(answer.value);
      const waiter = waiterOf(entry.id);
      await change((all) => withDone(all, entry.id, answer.value));
      waiter?.({ kind: 'done', task: answer.value });
      return true;
    }
    const { failure } = answer;
    if (!passing.has(failure.code)) {
      await refuse(entry, failure);
      return true;
    }
    failures += 1;
    await mark(entry.id, { state: 'queued', failure });
    if (!needsToken.has(failure.code)) {
      timer = setTimeout(wake, patience(failure, failures, random()));
    }
    return false;
  };

  /** Whoever still waits keeps the text; otherwise the outbox does. */
  const refuse = async (entry: OutboxEntry, failure: Failure) => {
    const task = failure.code === 'unreachable' ? null : await current(client, entry, failure);
    const waiter = waiterOf(entry.id);
    if (waiter) {
      await change((all) => all.filter(({ id }) => id !== entry.id));
      waiter({ kind: 'refused', failure, task });
    } else {
      await mark(entry.id, { state: 'refused', failure });
    }
  };

  const drain = async () => {
    await load();
    for (;;) {
      const entry = nextToSend(entries.get());
      if (!entry || isStopped()) return;
      if (!(await sendOne(entry))) {
        // Those behind it wait, too.
        for (const { id } of entries.get()) waiterOf(id)?.({ kind: 'queued', id });
        return;
      }
    }
  };

  const wake = () => {
    clearTimeout(timer);
    if (stopped) return;
    if (draining) {
      again = true;
      return;
    }
    draining = true;
    again = false;
    // One tab at a time: two would only send the same twice.
    void inTurn(`taskwire.${key}`, drain).finally(() => {
      draining = false;
      if (again && nextToSend(entries.get())) wake();
    });
  };

  return {
    entries,
    load,
    wake,
    submit: async (deed) => {
      const entry: OutboxEntry = {
        id: newKey(),
        deed,
        state: 'queued',
        queuedAt: new Date(now()).toISOString(),
        sentAt: null,
        failure: null,
      };
      await change((all) => [...all, entry]);
      const outcome = new Promise<Outcome>((resolve) => waiting.set(entry.id, resolve));
      wake();
      return outcome;
    },
    cancel: (id) => change((all) => withoutEntry(all, id)),
    retry: async (id) => {
      // It was not taken: what there is by now is not of it, either.
      await mark(id, { state: 'queued', failure: null, sentAt: null });
      wake();
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      channel?.close();
    },
  };
}

function send(client: Client, { id, deed }: OutboxEntry): Promise<Answer<TaskView>> {
  switch (deed.kind) {
    case 'create':
      return client.create(deed.task, id);
    case 'answer':
      return client.answer(deed.taskId, deed.answers, id);
    case 'comment':
      return client.comment(deed.taskId, deed.text, id);
    case 'cancel':
      return client.cancel(deed.taskId, deed.reason, id);
    case 'retry':
      return client.retry(deed.taskId, deed.reason, id);
  }
}

/** The task as it is now, if it is no longer what the user acted on. */
async function current(client: Client, { deed }: OutboxEntry, failure: Refused): Promise<TaskView | null> {
  if (deed.kind === 'create' || failure.status !== 409) return null;
  const answer = await client.task(deed.taskId);
  return answer.ok ? answer.value : null;
}

async function inTurn(name: string, act: () => Promise<void>): Promise<void> {
  // Only pages served securely have locks.
  const locks = 'locks' in navigator ? (navigator.locks as LockManager | undefined) : undefined;
  if (locks) await locks.request(name, act);
  else await act();
}
