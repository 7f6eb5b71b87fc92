/** Which messages a user may want to be told of when they look elsewhere. */
import type { TaskEventView, TaskListUpdated, TaskSummary } from '../api/types';
import type { Message } from './message';

export type NoticeKind = 'needsMe' | 'ready' | 'merged' | 'failed';

export interface Notice {
  kind: NoticeKind;
  taskId: string;
  title: string;
  /** The page on click shows at least this version. */
  version: number;
  /** It happened while the page was not connected, and is told afterwards. */
  missed: boolean;
}

export const noticeKinds: readonly NoticeKind[] = ['needsMe', 'ready', 'merged', 'failed'];

/**
 * The notices in messages, each once: only of the user's own tasks, and not of their own doings.
 * `wasDraft` is whether a task's pull request was known as a draft before.
 */
export function noticesOf(messages: readonly Message[], me: string, wasDraft: (taskId: string) => boolean): Notice[] {
  return messages.flatMap((message) => {
    if (message.event !== 'dashboard:task_list_updated') return [];
    const update = message.payload;
    const kind = update.creator.id === me && update.actor.id !== me ? kindOf(update, wasDraft) : null;
    return kind ? [{ kind, taskId: update.taskId, title: update.title, version: update.version, missed: false }] : [];
  });
}

function kindOf({ taskId, change, pullRequest }: TaskListUpdated, wasDraft: (taskId: string) => boolean): NoticeKind | null {
  switch (change) {
    case 'clarification_needed':
      return 'needsMe';
    case 'pr_opened':
      return pullRequest?.draft === false ? 'ready' : null;
    case 'pr_updated':
      return pullRequest?.draft === false && pullRequest.state === 'open' && wasDraft(taskId) ? 'ready' : null;
    case 'pr_merged':
      return 'merged';
    case 'failed':
      return 'failed';
    default:
      return null;
  }
}

/** What a task as it is now is worth telling, whenever it came to that. */
export function noticeKindOf({ status, pullRequest }: Pick<TaskSummary, 'status' | 'pullRequest'>): NoticeKind | null {
  switch (status) {
    case 'clarification_needed':
      return 'needsMe';
    case 'pr_opened':
      return pullRequest?.draft === false ? 'ready' : null;
    case 'merged':
      return 'merged';
    case 'failed':
      return 'failed';
    default:
      return null;
  }
}

/** The entry that made a task what it is now, if it came after `since` and not from the user. */
export function missedNotice(
  task: TaskSummary,
  entries: readonly TaskEventView[],
  since: string,
  me: string,
): Omit<Notice, 'missed'> | null {
  const kind = noticeKindOf(task);
  let cause: TaskEventView | null = null;
  let draft = false;
  for (const entry of entries) {
    if (entry.version <= task.version && kind !== null && kindOfEntry(entry, draft) === kind) cause = entry;
    if (entry.type === 'pr_opened' || entry.type === 'pr_updated') draft = entry.data.pull.draft;
  }
  if (kind === null || !cause || cause.at < since || cause.actor.id === me) return null;
  return { kind, taskId: task.taskId, title: task.title, version: cause.version };
}

function kindOfEntry(entry: TaskEventView, wasDraft: boolean): NoticeKind | null {
  switch (entry.type) {
    case 'clarification_needed':
      return 'needsMe';
    case 'pr_opened':
      return entry.data.pull.draft ? null : 'ready';
    case 'pr_updated':
      return wasDraft && !entry.data.pull.draft ? 'ready' : null;
    case 'pr_merged':
      return 'merged';
    case 'failed':
      return 'failed';
    default:
      return null;
  }
}

/** By what a notice is known, whoever brings it. */
export function nameOf({ taskId, version }: Pick<Notice, 'taskId' | 'version'>): string {
  return `${taskId} ${version}`;
}

/** So many are remembered: older ones do not come again. */
const remembered = 500;

/** The names of what has been told, with these, too. */
export function withTold(told: readonly string[], notices: readonly Notice[]): readonly string[] {
  return [...told, ...notices.map(nameOf)].slice(-remembered);
}
