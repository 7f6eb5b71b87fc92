/** What the user has done that the server has not taken yet, and how it shows meanwhile. */
import type { Failure } from '../api/client';
import type { AnswerQuestion, CreateTask, Me, TaskEventView, TaskSummary } from '../api/types';

export type Deed =
  | { kind: 'create'; task: CreateTask }
  | { kind: 'answer'; taskId: string; answers: AnswerQuestion[] }
  | { kind: 'comment'; taskId: string; text: string }
  | { kind: 'cancel'; taskId: string; reason: string | null }
  | { kind: 'retry'; taskId: string; reason: string | null };

export interface OutboxEntry {
  /** Its Idempotency-Key: however often it is sent, it is done once. */
  id: string;
  deed: Deed;
  /** `refused`: the server will not have it; the text is kept until the user is done with it. */
  state: 'queued' | 'sending' | 'refused';
  /** When the user did it, on the page's clock. */
  queuedAt: string;
  /** When it was first sent, if it was: the server may have it. */
  sentAt: string | null;
  /** What the server had before that, as far as the page knows: none of it came of this entry. */
  before?: Before;
  /** Why it was refused, or why the last try came to nothing. */
  failure: Failure | null;
}

export interface Before {
  /** Tasks that look just like the one to be created. */
  tasks: readonly string[];
  /** The version of the task that something is done to. */
  version: number;
}

/** A row of the list; `pending` if it shows a task that the server has not taken yet. */
export interface TaskRow extends TaskSummary {
  pending?: OutboxEntry;
}

/** The task that an entry will create, until it has an id of its own. */
function localTaskId(entry: Pick<OutboxEntry, 'id'>): string {
  return `local:${entry.id}`;
}

/** The entry to send next: in order, past those that were refused and those that wait for them. */
export function nextToSend(entries: readonly OutboxEntry[]): OutboxEntry | undefined {
  return entries.find(({ state, deed }) => state !== 'refused' && !('taskId' in deed && deed.taskId.startsWith('local:')));
}

/** The entries after `id` was done, and its task is as the server says. */
export function withDone(entries: readonly OutboxEntry[], id: string, task: Pick<TaskSummary, 'taskId' | 'version'>): OutboxEntry[] {
  const local = localTaskId({ id });
  return entries
    .filter((entry) => entry.id !== id)
    .map((entry) =>
      'taskId' in entry.deed && entry.deed.taskId === local ? { ...entry, deed: { ...entry.deed, taskId: task.taskId } } : entry,
    )
    .map((entry) => (entry.sentAt === null ? { ...entry, before: withKnown(entry, task) } : entry));
}

/** What came of another entry does not come of this one. */
function withKnown({ deed, before = nothingBefore }: OutboxEntry, { taskId, version }: Pick<TaskSummary, 'taskId' | 'version'>): Before {
  if (deed.kind === 'create') return { ...before, tasks: [...before.tasks, taskId] };
  return deed.taskId === taskId ? { ...before, version: Math.max(before.version, version) } : before;
}

const nothingBefore: Before = { tasks: [], version: 0 };

/** What there is before a deed is sent, of the rows that the page has and the version it has of the deed's task. */
export function beforeOf(entry: OutboxEntry, rows: readonly TaskSummary[], version: number, me: string): Before {
  const { deed, before = nothingBefore } = entry;
  if (deed.kind !== 'create') return { ...before, version: Math.max(before.version, version) };
  const alike = rows.filter((row) => isAlike(row, deed.task, me)).map(({ taskId }) => taskId);
  return { ...before, tasks: [...new Set([...before.tasks, ...alike])] };
}

function isAlike(row: TaskSummary, task: CreateTask, me: string): boolean {
  return row.creator.id === me && row.title === task.title.trim();
}

/** The entries without `id`, and without what was done to the task that it would have created. */
export function withoutEntry(entries: readonly OutboxEntry[], id: string): OutboxEntry[] {
  const local = localTaskId({ id });
  return entries.filter((entry) => entry.id !== id && !('taskId' in entry.deed && entry.deed.taskId === local));
}

/** How far the server's clock may be behind the page's. */
const skewMs = 60_000;

/**
 * When an entry may have arrived although no answer came back. The server tells nobody the keys of others'
 * requests, so what came of it is known by its looks until the answer is here.
 */
function mayHaveArrived({ state, sentAt }: OutboxEntry, at: string): boolean {
  return sentAt !== null && state !== 'refused' && Date.parse(at) >= Date.parse(sentAt) - skewMs;
}

/** The tasks still to be created, newest first; none that the rows have already. */
export function pendingRows(
  entries: readonly OutboxEntry[],
  rows: readonly TaskSummary[],
  me: Pick<Me, 'id' | 'name'>,
): TaskRow[] {
  const claimed = new Set<string>();
  const pending: TaskRow[] = [];
  for (const entry of entries) {
    const { deed, before = nothingBefore } = entry;
    if (deed.kind !== 'create') continue;
    const arrived = rows.find(
      (row) =>
        isAlike(row, deed.task, me.id) &&
        mayHaveArrived(entry, row.createdAt) &&
        !before.tasks.includes(row.taskId) &&
        !claimed.has(row.taskId),
    );
    if (arrived) claimed.add(arrived.taskId);
    else pending.unshift(rowOf(entry, deed.task, me));
  }
  return pending;
}

/** The comments on a task still to be taken, oldest first; none that its timeline shows already. */
export function pendingComments(
  entries: readonly OutboxEntry[],
  taskId: string,
  events: readonly TaskEventView[],
  me: string,
): OutboxEntry[] {
  const claimed = new Set<number>();
  return entries.filter((entry) => {
    const { deed, before = nothingBefore } = entry;
    if (deed.kind !== 'comment' || deed.taskId !== taskId) return false;
    const text = deed.text.trim();
    const arrived = events.find(
      (event) =>
        event.type === 'comment' &&
        event.actor.id === me &&
        event.data.text.trim() === text &&
        mayHaveArrived(entry, event.at) &&
        event.version > before.version &&
        !claimed.has(event.version),
    );
    if (arrived) claimed.add(arrived.version);
    return !arrived;
  });
}

function rowOf(entry: OutboxEntry, task: CreateTask, me: Pick<Me, 'id' | 'name'>): TaskRow {
  return {
    taskId: localTaskId(entry),
    version: 0,
    title: task.title.trim(),
    repo: task.repo ?? null,
    labels: task.labels ?? [],
    creator: { id: me.id, name: me.name },
    team: task.team ?? null,
    visibility: task.visibility ?? 'everyone',
    status: 'created',
    createdAt: entry.queuedAt,
    updatedAt: entry.queuedAt,
    issue: null,
    pullRequest: null,
    progress: null,
    error: null,
    pending: entry,
  };
}
