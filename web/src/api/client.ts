/** The REST calls of the page. Nothing throws: a call that failed says what to show. */
import type { CreateTask, GivenAnswer, Problem, TaskView } from './types';

export type Outcome<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** Creates a task. `key` makes a repeat of the same call harmless. */
export function createTask(token: string, task: CreateTask, key: string): Promise<Outcome<TaskView>> {
  return post(token, '/api/tasks', task, key);
}

/** Answers a task's questions. `key` makes a repeat of the same call harmless. */
export function answerQuestions(
  token: string,
  taskId: string,
  answers: GivenAnswer[],
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
    const answer: unknown = await response.json();
    if (response.ok) return { ok: true, value: answer as T };
    return { ok: false, problem: isProblem(answer) ? answer : unreadable(response.status) };
  } catch {
    return { ok: false, problem: unreadable(0) };
  }
}

function isProblem(answer: unknown): answer is Problem {
  return typeof answer === 'object' && answer !== null && 'code' in answer && 'title' in answer;
}

/** For what did not come from Taskwire: no network, or a proxy's own page. */
function unreadable(status: number): Problem {
  return { type: 'about:blank', title: '', status, code: 'unreachable', detail: '', requestId: '' };
}
