import type { TaskProgress, TaskSummary } from '../api/types';

/** The progress a message brings to a view of the task, or `null` if the view knows better. */
export function newerProgress(
  view: Pick<TaskSummary, 'version' | 'progress'>,
  message: TaskProgress,
): TaskSummary['progress'] {
  if (message.version < view.version) return null;
  if (view.progress && message.timestamp < view.progress.timestamp) return null;
  const { step, phase, current, total, itemsCount, timestamp } = message;
  return { step, phase, current, total, itemsCount, message: message.message, timestamp };
}
