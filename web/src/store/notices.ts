/** Which messages a user may want to be told of when they look elsewhere. */
import type { TaskListUpdated } from '../api/types';
import type { Message } from './message';

export type NoticeKind = 'needsMe' | 'ready' | 'merged' | 'failed';

export interface Notice {
  kind: NoticeKind;
  taskId: string;
  title: string;
  /** The page on click shows at least this version. */
  version: number;
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
    return kind ? [{ kind, taskId: update.taskId, title: update.title, version: update.version }] : [];
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
