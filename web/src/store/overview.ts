/** What the sidebar says of all that the user may see, folded from messages. */
import type { Counts, Status, TaskListUpdated, TaskStats } from '../api/types';
import type { Message } from './message';
import { isOpen, noTasks, statuses } from './status';

export interface Overview {
  /** Whether anything has been learnt yet. */
  loaded: boolean;
  counts: Counts;
  openCount: number;
  lastActivityAt: string | null;
  /** The task merged last. */
  lastCompleted: Completed | null;
  /** The counts can no longer be told from what was heard: ask for them. */
  stale: boolean;
}

export interface Completed {
  taskId: string;
  title: string;
  /** When it was merged. */
  at: string;
}

export const emptyOverview: Overview = {
  loaded: false,
  counts: noTasks,
  openCount: 0,
  lastActivityAt: null,
  lastCompleted: null,
  stale: false,
};

export function foldOverview(overview: Overview, messages: readonly Message[]): Overview {
  return messages.reduce(applied, overview);
}

/** The overview with what REST says. */
export function withStats(overview: Overview, stats: Pick<TaskStats, 'counts' | 'lastActivityAt'>): Overview {
  return counted({ ...overview, loaded: true, lastActivityAt: stats.lastActivityAt, stale: false }, stats.counts);
}

/** The overview with the task that REST says was merged last, unless a later one was heard of. */
export function withCompleted(overview: Overview, completed: Completed | null): Overview {
  if (!completed) return overview;
  const { lastCompleted } = overview;
  if (lastCompleted && lastCompleted.taskId !== completed.taskId && lastCompleted.at >= completed.at) return overview;
  return { ...overview, lastCompleted: completed };
}

function applied(overview: Overview, message: Message): Overview {
  switch (message.event) {
    case 'dashboard:state':
    case 'stats':
      return withStats(overview, message.payload);
    case 'dashboard:task_list_updated':
      return updated(overview, message.payload);
    case 'task:removed':
      // Nobody says which status it had.
      return {
        ...overview,
        stale: true,
        lastCompleted: overview.lastCompleted?.taskId === message.payload.taskId ? null : overview.lastCompleted,
      };
    default:
      return overview;
  }
}

function updated(overview: Overview, update: TaskListUpdated): Overview {
  const { taskId, title, at, status, previousStatus } = update;
  const { lastActivityAt } = overview;
  const next = moved(overview, previousStatus, status);
  next.lastActivityAt = lastActivityAt !== null && lastActivityAt > at ? lastActivityAt : at;
  if (status === 'merged' && previousStatus !== null && previousStatus !== 'merged') {
    next.lastCompleted = { taskId, title, at };
  } else if (overview.lastCompleted?.taskId === taskId && overview.lastCompleted.title !== title) {
    next.lastCompleted = { ...overview.lastCompleted, title };
  }
  return next;
}

function moved(overview: Overview, from: Status | null, to: Status): Overview {
  if (from === to) return { ...overview };
  const counts = { ...overview.counts };
  if (from) counts[from] = Math.max(0, counts[from] - 1);
  counts[to] += 1;
  return counted(overview, counts);
}

function counted(overview: Overview, counts: Counts): Overview {
  const all = { ...noTasks, ...counts };
  const openCount = statuses.reduce((sum, status) => (isOpen(status) ? sum + all[status] : sum), 0);
  return { ...overview, counts: all, openCount };
}
