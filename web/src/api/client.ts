/** The REST calls of the page. Nothing throws: a call that failed says what to show. */
import type {
  AnswerQuestion,
  CreateTask,
  DemoUser,
  EditTask,
  Features,
  Me,
  Problem,
  TaskEvents,
  TaskList,
  TaskStats,
  TaskView,
} from './types';

export type Answer<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/** Why a call failed: the server's own word, or none because it was not reached. */
export type Failure = Refused | Unreachable;

export interface Refused extends Problem {
  /** From `Retry-After`, where the server gave one. */
  retryAfterMs?: number;
}

interface Unreachable {
  code: 'unreachable';
  /** What something in between answered, a proxy perhaps; `null` when nothing did. */
  status: number | null;
}

/** The server as one user sees it. */
export interface Client {
  me: () => Promise<Answer<Me>>;
  features: () => Promise<Answer<Features>>;
  tasks: (query: URLSearchParams) => Promise<Answer<TaskList>>;
  stats: () => Promise<Answer<TaskStats>>;
  task: (taskId: string) => Promise<Answer<TaskView>>;
  /** The entries after `after`, oldest first. */
  events: (taskId: string, after: number, limit: number) => Promise<Answer<TaskEvents>>;
  create: (task: CreateTask, key: string) => Promise<Answer<TaskView>>;
  answer: (taskId: string, answers: AnswerQuestion[], key: string) => Promise<Answer<TaskView>>;
  comment: (taskId: string, text: string, key: string) => Promise<Answer<TaskView>>;
  cancel: (taskId: string, reason: string | null, key: string) => Promise<Answer<TaskView>>;
  retry: (taskId: string, reason: string | null, key: string) => Promise<Answer<TaskView>>;
  /** Refused with `version_conflict` if the task is no longer at `version`. */
  edit: (taskId: string, version: number, changes: EditTask) => Promise<Answer<TaskView>>;
  demoUsers: () => Promise<Answer<{ users: DemoUser[] }>>;
  demoToken: (user: string) => Promise<Answer<{ token: string }>>;
  /** Whether the server answers at all. */
  isReachable: () => Promise<boolean>;
  /** A stream of Server-Sent Events; the caller reads and aborts it. Throws what `fetch` throws. */
  stream: (path: string, signal: AbortSignal) => Promise<Response>;
}

interface ClientOptions {
  token: () => string;
  /** Hears after every call whether the server was reached. */
  reached?: (reached: boolean) => void;
}

/** What somebody waits for may take this long: then the server counts as not reached. */
const patienceMs = 20_000;

export function createClient({ token, reached = () => undefined }: ClientOptions): Client {
  const ask = async <T>(method: string, path: string, extra: Extra = {}): Promise<Answer<T>> => {
    const answer = await call<T>(method, path, token(), extra);
    reached(answer.ok || answer.failure.code !== 'unreachable');
    return answer;
  };
  const get = <T>(path: string) => ask<T>('GET', path);
  const post = <T>(path: string, body: unknown, key?: string) =>
    ask<T>('POST', path, { body, headers: key === undefined ? {} : { 'Idempotency-Key': key } });
  const withReason = (reason: string | null) => (reason === null ? {} : { reason });

  return {
    me: () => get('/api/me'),
    features: () => get('/api/features'),
    tasks: (query) => get(`/api/tasks?${query.toString()}`),
    stats: () => get('/api/tasks/stats'),
    task: (taskId) => get(of(taskId)),
    events: (taskId, after, limit) => get(of(taskId, `/events?after=${after}&limit=${limit}`)),
    create: (task, key) => post('/api/tasks', task, key),
    answer: (taskId, answers, key) => post(of(taskId, '/answers'), { answers }, key),
    comment: (taskId, text, key) => post(of(taskId, '/comments'), { text }, key),
    cancel: (taskId, reason, key) => post(of(taskId, '/cancel'), withReason(reason), key),
    retry: (taskId, reason, key) => post(of(taskId, '/retry'), withReason(reason), key),
    edit: (taskId, version, changes) =>
      ask('PATCH', of(taskId), { body: changes, headers: { 'If-Match': `"${version}"` } }),
    demoUsers: () => get('/api/demo/users'),
    demoToken: (user) => post('/api/demo/token', { user }),
    isReachable: async () => {
      const answer = await get<unknown>('/api/features');
      return answer.ok || answer.failure.code !== 'unreachable';
    },
    stream: (path, signal) =>
      fetch(path, { signal, cache: 'no-store', headers: { Authorization: `Bearer ${token()}`, Accept: 'text/event-stream' } }),
  };
}

/** A fresh Idempotency-Key. (`crypto.randomUUID` is missing on plain-HTTP pages.) */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What is wrong with the fields that were sent. */
export function fieldErrors(failure: Failure | null): { field: string; message: string }[] {
  return failure === null || failure.code === 'unreachable' ? [] : (failure.errors ?? []);
}

/** The problem of an answer that is not what was asked for. */
export async function refusalOf(response: Response): Promise<Failure> {
  try {
    const answer: unknown = await response.json();
    if (isProblem(answer)) return withPatience(answer, response.headers.get('Retry-After'));
  } catch {
    // Not the server's answer.
  }
  return { code: 'unreachable', status: response.status };
}

interface Extra {
  body?: unknown;
  headers?: Record<string, string>;
}

function of(taskId: string, rest = ''): string {
  return `/api/tasks/${encodeURIComponent(taskId)}${rest}`;
}

async function call<T>(method: string, path: string, token: string, { body, headers }: Extra): Promise<Answer<T>> {
  try {
    const response = await fetch(path, {
      method,
      cache: 'no-store',
      signal: AbortSignal.timeout(patienceMs),
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) return { ok: false, failure: await refusalOf(response) };
    return { ok: true, value: (await response.json()) as T };
  } catch {
    return { ok: false, failure: { code: 'unreachable', status: null } };
  }
}

function withPatience(problem: Problem, retryAfter: string | null): Refused {
  const seconds = Number(retryAfter);
  return retryAfter !== null && Number.isFinite(seconds) ? { ...problem, retryAfterMs: seconds * 1000 } : problem;
}

function isProblem(answer: unknown): answer is Problem {
  return typeof answer === 'object' && answer !== null && 'code' in answer && 'title' in answer;
}
