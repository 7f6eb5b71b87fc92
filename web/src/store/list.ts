/** A list of tasks as filtered, folded from messages many at a time. */
import type { TaskCreated, TaskSummary } from '../api/types';
import { inOrder, verdict, type Filters } from './filters';
import type { Message } from './message';
import { newerProgress } from './progress';

export interface TaskRows {
  /** In order, without a hole, up to where `nextCursor` continues. */
  rows: readonly TaskSummary[];
  nextCursor: string | null;
  /** The last row fetched, as it was then: how far down this list reaches. `null`: to the end. */
  end: TaskSummary | null;
  /** Tasks of which only the server can say whether they belong here: ask it. */
  unsure: ReadonlySet<string>;
}

export interface FoldedRows {
  list: TaskRows;
  /** The rows that show something new. */
  changed: readonly string[];
}

const nothing: readonly string[] = [];

/** Applies messages in order. The work is one pass over the rows, however many messages there are. */
export function foldList(list: TaskRows, filters: Filters, messages: readonly Message[]): FoldedRows {
  const touched = new Set(messages.flatMap(tasksOf));
  if (touched.size === 0) return { list, changed: nothing };

  const before = new Map<string, TaskSummary>();
  for (const row of list.rows) if (touched.has(row.taskId)) before.set(row.taskId, row);
  const after = new Map(before);
  const questioned = new Set<string>();
  for (const message of messages) apply(after, before, questioned, message);

  const gone = new Set(messages.flatMap((message) => (message.event === 'task:removed' ? [message.payload.taskId] : [])));
  const unsure = new Set(list.unsure);
  const placed: TaskSummary[] = [];
  const changed: string[] = [];
  for (const taskId of touched) {
    const old = before.get(taskId);
    const row = after.get(taskId);
    if (!row) {
      // What is said of a task that is in no row settles nothing, unless it is gone.
      if (old || gone.has(taskId)) unsure.delete(taskId);
      continue;
    }
    if (row === old) {
      placed.push(row);
      continue;
    }
    const belongs = verdict(filters, row);
    if (belongs === 'out') {
      unsure.delete(taskId);
      continue;
    }
    if (belongs === 'unsure' && (questioned.has(taskId) || unsure.has(taskId))) unsure.add(taskId);
    if (belongs === 'unsure' && !old) continue;
    if (!old && isBeyond(list, filters, row)) continue;
    placed.push(row);
    if (old?.version !== row.version) changed.push(taskId);
  }

  const same = placed.length === before.size && placed.every((row) => before.get(row.taskId) === row);
  if (same && unsure.size === list.unsure.size && [...unsure].every((taskId) => list.unsure.has(taskId))) return { list, changed: nothing };
  const rows = same ? list.rows : merged(list.rows, touched, placed, filters);
  return { list: { ...list, rows, unsure }, changed };
}

/** Stands for a cursor that is not known: there is more, but only fetching the list anew leads there. */
export const unknownCursor = '';

/** The first rows of a list, as worth keeping. */
export function trimmed(list: TaskRows, length: number): TaskRows {
  const rows = list.rows.slice(0, length);
  const isWhole = list.nextCursor === null && rows.length === list.rows.length;
  return { rows, nextCursor: isWhole ? null : unknownCursor, end: isWhole ? null : (rows.at(-1) ?? null), unsure: new Set() };
}

/** What a list shows at least, as far as one of all tasks tells. There may be more, also in between. */
export function guessed(all: TaskRows, filters: Filters): TaskRows {
  const rows = all.rows.filter((row) => verdict(filters, row) === 'in').sort(inOrder(filters.sort));
  return { rows, nextCursor: unknownCursor, end: rows.at(-1) ?? null, unsure: new Set() };
}

/** A list as fetched, from the page that comes first. */
export function listOf(tasks: readonly TaskSummary[], nextCursor: string | null, filters: Filters): TaskRows {
  const rows = tasks.filter((row) => verdict(filters, row) !== 'out');
  return { rows, nextCursor, end: endOf(tasks, nextCursor), unsure: new Set() };
}

/** The list with the page that `list.nextCursor` led to. */
export function withPage(
  list: TaskRows,
  tasks: readonly TaskSummary[],
  nextCursor: string | null,
  filters: Filters,
): TaskRows {
  const known = new Set(list.rows.map((row) => row.taskId));
  const fresh = tasks.filter((row) => !known.has(row.taskId) && verdict(filters, row) !== 'out');
  const rows = [...list.rows, ...fresh].sort(inOrder(filters.sort));
  return { ...list, rows, nextCursor, end: endOf(tasks, nextCursor) };
}

/** The list as just fetched anew, from the page that comes first. What is known in a newer version stays as known. */
export function renewed(
  list: TaskRows,
  tasks: readonly TaskSummary[],
  nextCursor: string | null,
  filters: Filters,
): TaskRows {
  const known = new Map(list.rows.map((row) => [row.taskId, row]));
  const newest = (row: TaskSummary) => {
    const old = known.get(row.taskId);
    return old && old.version >= row.version ? old : row;
  };
  const fetched = listOf(tasks, nextCursor, filters);
  return { ...fetched, rows: fetched.rows.map(newest) };
}

/** Whether pages that are fetched anew, from the first, lead as far down as the list does. */
export function isAsLong(list: TaskRows, tasks: readonly TaskSummary[], filters: Filters): boolean {
  const last = tasks.at(-1);
  const end = list.end ?? list.rows.at(-1);
  if (!last || !end || inOrder(filters.sort)(last, end) >= 0) return true;
  return listOf(tasks, null, filters).rows.length >= list.rows.length;
}

/** The list after the server was asked about those it was unsure of: `found` belong, the others do not. */
export function settled(
  list: TaskRows,
  filters: Filters,
  asked: ReadonlySet<string>,
  found: readonly TaskSummary[],
): TaskRows {
  const belong = new Map(found.map((row) => [row.taskId, row]));
  const known = new Set(list.rows.map((row) => row.taskId));
  const kept = list.rows.filter((row) => !asked.has(row.taskId) || belong.has(row.taskId));
  const fresh = found.filter((row) => asked.has(row.taskId) && !known.has(row.taskId) && !isBeyond(list, filters, row));
  const unsure = new Set([...list.unsure].filter((taskId) => !asked.has(taskId)));
  return { ...list, rows: [...kept, ...fresh].sort(inOrder(filters.sort)), unsure };
}

function tasksOf(message: Message): string[] {
  switch (message.event) {
    case 'dashboard:state':
    case 'task:event_added':
    case 'task:analyzing':
    case 'task:clarification_needed':
    case 'task:dispatched':
    case 'task:pr_opened':
    case 'task:pr_merged':
    case 'task:pr_closed':
    case 'task:failed':
    case 'task:cancelled':
      // Each of these comes with a row, which says it all.
      return [];
    case 'stats':
      return [];
    default:
      return [message.payload.taskId];
  }
}

function apply(
  rows: Map<string, TaskSummary>,
  before: ReadonlyMap<string, TaskSummary>,
  questioned: Set<string>,
  message: Message,
): void {
  switch (message.event) {
    case 'dashboard:task_list_updated': {
      const { change, previousStatus, status, taskId } = message.payload;
      if (change === 'created' || change === 'edited' || (previousStatus !== status && !before.has(taskId))) {
        questioned.add(taskId);
      }
      place(rows, message.payload);
      return;
    }
    case 'row':
    case 'task:state':
      if (!before.has(message.payload.taskId)) questioned.add(message.payload.taskId);
      place(rows, message.payload);
      return;
    case 'task:created':
      questioned.add(message.payload.taskId);
      if (!rows.has(message.payload.taskId)) place(rows, rowOf(message.payload));
      return;
    case 'task:progress': {
      const row = rows.get(message.payload.taskId);
      const progress = row && newerProgress(row, message.payload);
      if (progress) rows.set(row.taskId, { ...row, progress });
      return;
    }
    case 'task:removed':
      rows.delete(message.payload.taskId);
      return;
    default:
  }
}

/** State is applied when its version is at least the view's. */
function place(rows: Map<string, TaskSummary>, update: TaskSummary): void {
  const row = rows.get(update.taskId);
  if (row && update.version < row.version) return;
  rows.set(update.taskId, summaryOf(update));
}

/** A row alone, of whatever carries one. */
function summaryOf(from: TaskSummary): TaskSummary {
  const { taskId, version, title, repo, labels, creator, team, visibility } = from;
  const { status, createdAt, updatedAt, issue, pullRequest, progress, error } = from;
  return {
    taskId, version, title, repo, labels, creator, team, visibility,
    status, createdAt, updatedAt, issue, pullRequest, progress, error,
  };
}

function rowOf(created: TaskCreated): TaskSummary {
  const { taskId, version, title, repo, labels, creator, team, visibility, status, createdAt, at } = created;
  return {
    taskId, version, title, repo, labels, creator, team, visibility,
    status, createdAt, updatedAt: at, issue: null, pullRequest: null, progress: null, error: null,
  };
}

/** Whether the row is further down than what has been loaded: it comes when one scrolls there. */
function isBeyond(list: TaskRows, filters: Filters, row: TaskSummary): boolean {
  return list.end !== null && inOrder(filters.sort)(row, list.end) > 0;
}

function endOf(tasks: readonly TaskSummary[], nextCursor: string | null): TaskSummary | null {
  return nextCursor === null ? null : (tasks.at(-1) ?? null);
}

function merged(
  rows: readonly TaskSummary[],
  touched: ReadonlySet<string>,
  placed: TaskSummary[],
  filters: Filters,
): TaskSummary[] {
  const order = inOrder(filters.sort);
  placed.sort(order);
  const result: TaskSummary[] = [];
  let next = 0;
  for (const row of rows) {
    if (touched.has(row.taskId)) continue;
    for (let waiting = placed[next]; waiting && order(waiting, row) < 0; waiting = placed[next]) {
      result.push(waiting);
      next += 1;
    }
    result.push(row);
  }
  return result.concat(placed.slice(next));
}
