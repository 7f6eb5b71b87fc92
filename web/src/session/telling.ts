/** Tells each thing worth telling once: as it happens, or later if nobody was there to hear it. */
import { isPassing, patience } from '../api/answers';
import type { Client, Failure } from '../api/client';
import type { TaskSummary } from '../api/types';
import type { Database } from '../offline/database';
import { remedyFor } from '../store/connection';
import { missedNotice, noticeKindOf, nameOf, withTold, type Notice } from '../store/notices';

export interface Telling {
  /** Tells what is heard. */
  tell: (notices: readonly Notice[]) => Promise<void>;
  /** Looks into tasks that have changed since a time of the server, and tells what was missed of them. */
  lookBack: (changed: readonly TaskSummary[], since: string, missed: boolean) => Promise<void>;
  /** Calls `listener` with each notice; returns the undo. */
  onNotice: (listener: (notice: Notice) => void) => () => void;
  stop: () => void;
}

/** A task that has changed since a time of the server. */
interface Look {
  task: TaskSummary;
  since: string;
  missed: boolean;
}

interface TellingOptions {
  client: Pick<Client, 'events'>;
  database: Pick<Database, 'change'>;
  user: string;
}

/** More than this nobody wants to be told at once: the newest are, the others a little later. */
const mostAtOnce = 20;
const laterMs = 1000;
/** So many of a task's entries are looked through. */
const entries = 200;

export function createTelling({ client, database, user }: TellingOptions): Telling {
  const listeners = new Set<(notice: Notice) => void>();
  /** Up to which version a task has been looked into, and since when. */
  const lookedAt = new Map<string, { version: number; since: string }>();
  /** What is still to be looked into, by task. */
  const left = new Map<string, Look>();
  let rounds = Promise.resolve();
  /** While it stands, nothing is looked into: the server may have asked for that. */
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let stopped = false;

  /** What any tab has told is not told again, also not after a reload. */
  const tell = async (notices: readonly Notice[]) => {
    if (notices.length === 0) return;
    const once = [...new Map(notices.map((notice) => [nameOf(notice), notice])).values()];
    let fresh: readonly Notice[] = [];
    await database.change<readonly string[]>(`told:${user}`, (told = []) => {
      const names = new Set(told);
      fresh = once.filter((notice) => !names.has(nameOf(notice)));
      return withTold(told, fresh);
    });
    for (const notice of fresh) for (const listener of listeners) listener(notice);
  };

  const leave = (look: Look) => {
    const there = left.get(look.task.taskId);
    left.set(look.task.taskId, there ? both(there, look) : look);
  };
  const isWorth = ({ task, since }: Look) => {
    const known = lookedAt.get(task.taskId);
    if (known && known.version >= task.version && known.since <= since) return false;
    return task.creator.id === user && noticeKindOf(task) !== null;
  };
  const look = async ({ task, since, missed }: Look): Promise<Notice | Failure | null> => {
    const answer = await client.events(task.taskId, Math.max(0, task.version - entries), entries);
    if (answer.ok) {
      lookedAt.set(task.taskId, { version: task.version, since });
      const notice = missedNotice(task, answer.value.events, since, user);
      return notice && { ...notice, missed };
    }
    const { failure } = answer;
    // Another refusal is for good: the task is gone, perhaps.
    if (isPassing(failure) || remedyFor(failure.code) === 'token') leave({ task, since, missed });
    return failure;
  };
  /** Looks into what is left, as much of it as is told at once. */
  const round = async () => {
    if (stopped || timer !== undefined) return;
    const worth = [...left.values()].filter(isWorth).sort((a, b) => Date.parse(b.task.updatedAt) - Date.parse(a.task.updatedAt));
    left.clear();
    for (const each of worth.slice(mostAtOnce)) leave(each);
    const found = await Promise.all(worth.slice(0, mostAtOnce).map(look));
    await tell(found.filter((each) => each !== null && 'kind' in each));
    const failed = found.filter((each) => each !== null && 'code' in each);
    const passing = failed.filter(isPassing);
    failures = failed.length === 0 ? 0 : failures + 1;
    if (passing.length > 0) plan(Math.max(...passing.map((failure) => patience(failure, failures))));
    else if (failed.length === 0 && left.size > 0) plan(laterMs);
  };
  const plan = (wait: number) => {
    if (stopped) return;
    timer = setTimeout(() => {
      timer = undefined;
      void lookInto([]);
    }, wait);
  };
  const lookInto = (looks: readonly Look[]) => {
    for (const each of looks) leave(each);
    // One round after the other: what comes meanwhile is of the next.
    rounds = rounds.then(round);
    return rounds;
  };

  return {
    tell,
    lookBack: (changed, since, missed) => lookInto(changed.map((task) => ({ task, since, missed }))),
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
    onNotice: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** One look for two into one task. */
function both(one: Look, other: Look): Look {
  return {
    task: one.task.version > other.task.version ? one.task : other.task,
    since: one.since < other.since ? one.since : other.since,
    missed: one.missed || other.missed,
  };
}
