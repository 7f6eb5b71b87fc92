/** Tells each thing worth telling once: as it happens, or later if nobody was there to hear it. */
import type { Client } from '../api/client';
import type { TaskSummary } from '../api/types';
import type { Database } from '../offline/database';
import { missedNotice, noticeKindOf, nameOf, withTold, type Notice } from '../store/notices';

export interface Telling {
  /** Tells what is heard. */
  tell: (notices: readonly Notice[]) => Promise<void>;
  /** Looks into tasks that have changed since a time of the server, and tells what was missed of them. */
  lookBack: (changed: readonly TaskSummary[], since: string, missed: boolean) => Promise<void>;
  /** Calls `listener` with each notice; returns the undo. */
  onNotice: (listener: (notice: Notice) => void) => () => void;
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

  const look = async (task: TaskSummary, since: string, missed: boolean): Promise<Notice[]> => {
    const answer = await client.events(task.taskId, Math.max(0, task.version - entries), entries);
    // Not looked into: the next time it is.
    if (!answer.ok) lookedAt.delete(task.taskId);
    const notice = answer.ok ? missedNotice(task, answer.value.events, since, user) : null;
    return notice ? [{ ...notice, missed }] : [];
  };

  return {
    tell,
    lookBack: async (changed, since, missed) => {
      const worth = changed
        .filter((task) => task.creator.id === user && noticeKindOf(task) !== null && (lookedAt.get(task.taskId) ?? 0) < task.version)
        .slice(0, mostMissed);
      for (const { taskId, version } of worth) lookedAt.set(taskId, version);
      await tell((await Promise.all(worth.map((task) => look(task, since, missed)))).flat());
    },
    onNotice: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
