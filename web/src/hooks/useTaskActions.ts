import { useMemo } from 'react';
import type { AnswerQuestion, CreateTask, EditTask, TaskView } from '../api/types';
import type { Outcome } from '../offline/outbox';
import type { Deed } from '../store/outbox';
import { useWorkspace } from './useWorkspace';

export interface TaskActions {
  create: (task: CreateTask) => Promise<Outcome>;
  answer: (taskId: string, answers: AnswerQuestion[]) => Promise<Outcome>;
  comment: (taskId: string, text: string) => Promise<Outcome>;
  cancel: (taskId: string, reason?: string) => Promise<Outcome>;
  retry: (taskId: string, reason?: string) => Promise<Outcome>;
  /**
   * Changes the text of the task as it was shown. Never queued. If somebody was faster it is refused
   * with `version_conflict` and the task as it is now.
   */
  edit: (task: Pick<TaskView, 'taskId' | 'version'>, changes: EditTask) => Promise<Outcome>;
}

/** What the user can do to tasks. Nothing throws; what is refused says why, and the caller keeps its text. */
export function useTaskActions(): TaskActions {
  const { client, cache, outbox } = useWorkspace();
  return useMemo(() => {
    const submit = async (deed: Deed) => {
      const outcome = await outbox.submit(deed);
      // Why it was refused can be seen in the task.
      if (outcome.kind === 'refused' && outcome.task) cache.put(outcome.task);
      return outcome;
    };
    return {
      create: (task) => submit({ kind: 'create', task }),
      answer: (taskId, answers) => submit({ kind: 'answer', taskId, answers }),
      comment: (taskId, text) => submit({ kind: 'comment', taskId, text }),
      cancel: (taskId, reason) => submit({ kind: 'cancel', taskId, reason: given(reason) }),
      retry: (taskId, reason) => submit({ kind: 'retry', taskId, reason: given(reason) }),
      edit: async ({ taskId, version }, changes) => {
        const answer = await client.edit(taskId, version, changes);
        if (answer.ok) {
          cache.put(answer.value);
          return { kind: 'done', task: answer.value };
        }
        const { failure } = answer;
        const now = failure.code === 'version_conflict' ? await client.task(taskId) : null;
        if (now?.ok) cache.put(now.value);
        return { kind: 'refused', failure, task: now?.ok ? now.value : null };
      },
    };
  }, [client, cache, outbox]);
}

/** An empty reason is none. */
function given(reason: string | undefined): string | null {
  const trimmed = reason?.trim();
  return trimmed === undefined || trimmed === '' ? null : trimmed;
}
