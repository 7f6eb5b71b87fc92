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
  /** Why it was refused, or why the last try came to nothing. */
  failure: Failure | null;
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

/** The entries after `id` was done and its task is known by the server's id. */
export function withDone(entries: readonly OutboxEntry[], id: string, taskId: string): OutboxEntry[] {
  const local = localTaskId({ id });
  return entries
    .filter((entry) => entry.id !== id)
    .map((entry) =>
      'taskId' in entry.deed && entry.deed.taskId === local ? { ...entry, deed: { ...entry.deed, taskId } } : entry,
    );
}

/** The entries without `id`, and without what was done to the task that it would have created. */
export function withoutEntry(entries: readonly OutboxEntry[], id: string): OutboxEntry[] {
  const local = localTaskId({ id });
  return entries.filter((entry) => entry.id !== id && !('taskId' in entry.deed && entry.deed.taskId === local));
}

/** How far the server's clock may be behind the page's. */
const skewMs = 60_000;

/**
 * The tasks still to be created, newest first. One that was sent may have arrived although no answer
 * came back: if the rows have such a task, it is that one, and is not shown twice.
 */
export function pendingRows(
  entries: readonly OutboxEntry[],
  rows: readonly TaskSummary[],
  me: Pick<Me, 'id' | 'name'>,
): TaskRow[] {
  const claimed = new Set<string>();
  const pending: TaskRow[] = [];
  for (const entry of entries) {
    const { deed, sentAt } = entry;
    if (deed.kind !== 'create') continue;
    const title = deed.task.title.trim();
    const arrived =
      sentAt === null
        ? undefined
        : rows.find(
            (row) =>
              row.creator.id === me.id &&
              row.title === title &&
              !claimed.has(row.taskId) &&
              Date.parse(row.createdAt) >= Date.parse(sentAt) - skewMs,
          );
    if (arrived) claimed.add(arrived.taskId);
    else pending.unshift(rowOf(entry, deed.task, me));
  }
  return pending;
}

/** The comments on a task still to be taken, oldest first, and none that its timeline shows already. */
export function pendingComments(
  entries: readonly OutboxEntry[],
  taskId: string,
  events: readonly TaskEventView[],
  me: string,
): OutboxEntry[] {
  const claimed = new Set<number>();
  return entries.filter(({ deed, sentAt }) => {
    if (deed.kind !== 'comment' || deed.taskId !== taskId) return false;
    if (sentAt === null) return true;
    const text = deed.text.trim();
    const arrived = events.find(
      (event) =>
        event.type === 'comment' &&
        event.actor.id === me &&
        event.data.text.trim() === text &&
        !claimed.has(event.version) &&
        Date.parse(event.at) >= Date.parse(sentAt) - skewMs,
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
