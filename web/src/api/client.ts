/** The REST calls of the page. Nothing throws: a call that failed says what to show. */
import type { AnswerQuestion, CreateTask, Problem, TaskView } from './types';

export type Outcome<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/** Why a call failed: the server's own word, or none because it was not reached. */
export type Failure = Problem | Unreachable;

export interface Unreachable {
  code: 'unreachable';
  /** What something in between answered, a proxy perhaps; `null` when nothing did. */
  status: number | null;
}

/** What is wrong with the fields that were sent. */
export function fieldErrors(failure: Failure | null): { field: string; message: string }[] {
  return failure === null || failure.code === 'unreachable' ? [] : (failure.errors ?? []);
}

/** Creates a task. `key` makes a repeat of the same call harmless. */
export function createTask(token: string, task: CreateTask, key: string): Promise<Outcome<TaskView>> {
  return post(token, '/api/tasks', task, key);
}

/** Answers a task's questions. `key` makes a repeat of the same call harmless. */
export function answerQuestions(
  token: string,
  taskId: string,
  answers: AnswerQuestion[],
  key: string,
): Promise<Outcome<TaskView>> {
  return post(token, `/api/tasks/${encodeURIComponent(taskId)}/answers`, { answers }, key);
}

/** A fresh Idempotency-Key. (`crypto.randomUUID` is missing on plain-HTTP pages.) */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function post<T>(token: string, path: string, body: unknown, key: string): Promise<Outcome<T>> {
  let status: number | null = null;
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': key,
      },
      body: JSON.stringify(body),
    });
    status = response.status;
    const answer: unknown = await response.json();
    if (response.ok) return { ok: true, value: answer as T };
    if (isProblem(answer)) return { ok: false, failure: answer };
  } catch {
    // No answer, or one that is not the server's.
  }
  return { ok: false, failure: { code: 'unreachable', status } };
}

function isProblem(answer: unknown): answer is Problem {
  return typeof answer === 'object' && answer !== null && 'code' in answer && 'title' in answer;
}
