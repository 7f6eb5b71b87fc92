/** Which task was merged last. Its row says only when it last changed: when it was merged says its timeline. */
import type { Completed } from '../store/overview';
import { good } from './answers';
import type { Client } from './client';
import type { TaskSummary } from './types';

/** So many tasks are looked into: more are seldom talked about after they were merged. */
const mostTasks = 10;
/** So many of a task's entries are looked through. */
const entries = 200;

/** Finds the task that was merged last; `null`: none was. Throws `CallFailed`. */
export function createCompletions(client: Pick<Client, 'tasks' | 'events'>): () => Promise<Completed | null> {
  /** A task is merged once. */
  const known = new Map<string, string>();

  const mergedAt = async ({ taskId, version }: TaskSummary): Promise<string | null> => {
    const before = known.get(taskId);
    if (before !== undefined) return before;
    const answer = await client.events(taskId, Math.max(0, version - entries), entries);
    // It may be seen no longer.
    if (!answer.ok && answer.failure.code === 'not_found') return null;
    const at = good(answer).events.find(({ type }) => type === 'pr_merged')?.at ?? null;
    if (at !== null) known.set(taskId, at);
    return at;
  };

  return async () => {
    const query = new URLSearchParams({ status: 'merged', sort: '-updatedAt', limit: `${mostTasks}` });
    let last: Completed | null = null;
    for (const row of good(await client.tasks(query)).tasks) {
      // Neither this one nor those below have changed since, so they were merged before.
      if (last !== null && last.at >= row.updatedAt) break;
      const at = await mergedAt(row);
      if (at !== null && (last === null || at > last.at)) last = { taskId: row.taskId, title: row.title, at };
    }
    return last;
  };
}
