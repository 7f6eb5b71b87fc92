/** Tells each thing worth telling once: as it happens, or later if nobody was there to hear it. */
import { patience } from '../api/answers';
import type { Client, Failure } from '../api/client';
import type { TaskSummary } from '../api/types';
import type { Database } from '../offline/database';
import { isPassing } from '../store/connection';
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

/** More than this nobody wants to be told at once: the newest are. */
const mostMissed = 20;
/** So many of a task's entries are looked through. */
const entries = 200;

export function createTelling({ client, database, user }: TellingOptions): Telling {
  const listeners = new Set<(notice: Notice) => void>();
  /** Up to which version a task has been looked into. */
  const lookedAt = new Map<string, number>();
  /** What could not be looked into yet. */
  const left: Look[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let stopped = false;

  /** What any tab has told is not told again, also not after a reload. */
  const tell = async (notices: readonly Notice[]) => {
    if (notices.length === 0) return;
    let fresh: readonly Notice[] = [];
    await database.change<readonly string[]>(`told:${user}`, (told = []) => {
      const names = new Set(told);
      fresh = notices.filter((notice) => !names.has(nameOf(notice)));
      return withTold(told, fresh);
    });
    for (const notice of fresh) for (const listener of listeners) listener(notice);
  };

  const look = async ({ task, since, missed }: Look): Promise<Notice[]> => {
    const answer = await client.events(task.taskId, Math.max(0, task.version - entries), entries);
    if (!answer.ok) {
      lookedAt.delete(task.taskId);
      left.push({ task, since, missed });
      lookAgain(answer.failure);
      return [];
    }
    failures = 0;
    const notice = missedNotice(task, answer.value.events, since, user);
    return notice ? [{ ...notice, missed }] : [];
  };
  const lookAgain = (failure: Failure) => {
    if (stopped || timer !== undefined || !isPassing(failure.code)) return;
    failures += 1;
    timer = setTimeout(() => {
      timer = undefined;
      void lookInto([]);
    }, patience(failure, failures));
  };
  /** Looks into these, and into what could not be looked into before. */
  const lookInto = async (looks: readonly Look[]) => {
    const worth = [...looks, ...left.splice(0)]
      .filter(({ task }) => task.creator.id === user && noticeKindOf(task) !== null && (lookedAt.get(task.taskId) ?? 0) < task.version)
      .slice(0, mostMissed);
    for (const { task } of worth) lookedAt.set(task.taskId, task.version);
    await tell((await Promise.all(worth.map(look))).flat());
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
