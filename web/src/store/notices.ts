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

/** The notices in messages, each once: only of the user's own tasks, and not of their own doings. */
export function noticesOf(messages: readonly Message[], me: string): Notice[] {
  return messages.flatMap((message) => {
    if (message.event !== 'dashboard:task_list_updated') return [];
    const update = message.payload;
    const kind = update.creator.id === me && update.actor.id !== me ? kindOf(update) : null;
    return kind ? [{ kind, taskId: update.taskId, title: update.title, version: update.version }] : [];
  });
}

function kindOf({ change, pullRequest }: TaskListUpdated): NoticeKind | null {
  switch (change) {
    case 'clarification_needed':
      return 'needsMe';
    case 'pr_opened':
      return pullRequest?.draft === false ? 'ready' : null;
    case 'pr_merged':
      return 'merged';
    case 'failed':
      return 'failed';
    default:
      return null;
  }
}
