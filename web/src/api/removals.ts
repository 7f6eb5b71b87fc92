/** The tasks that were taken away: an answer to what was asked before does not bring them back. */
import type { Message } from '../store/message';

export interface Removals {
  hear: (message: Message) => void;
  /** The task is shown again. */
  undo: (taskId: string) => void;
  has: (taskId: string) => boolean;
}

export function createRemovals(): Removals {
  const removed = new Set<string>();
  return {
    hear: (message) => {
      switch (message.event) {
        case 'task:removed':
          removed.add(message.payload.taskId);
          return;
        case 'task:created':
        case 'task:state':
        case 'dashboard:task_list_updated':
          removed.delete(message.payload.taskId);
          return;
        default:
      }
    },
    undo: (taskId) => {
      removed.delete(taskId);
    },
    has: (taskId) => removed.has(taskId),
  };
}
