/** Which messages a user may want to be told of when they look elsewhere. */
import type { Status, TaskEventView, TaskListUpdated, TaskSummary } from '../api/types';
import type { Message } from './message';

export type NoticeKind = 'needsMe' | 'ready' | 'merged' | 'failed';

export interface Notice {
  kind: NoticeKind;
  taskId: string;
  title: string;
  /** The page on click shows at least this version. */
  version: number;
  /** It happened while the page was not connected, and is told afterwards. */
  missed: boolean;
}

export const noticeKinds: readonly NoticeKind[] = ['needsMe', 'ready', 'merged', 'failed'];

/** What each tells: that a task is in a status, and which entries bring it there. */
const table: Record<NoticeKind, { status: Status; entries: readonly TaskEventView['type'][] }> = {
  needsMe: { status: 'clarification_needed', entries: ['clarification_needed'] },
  ready: { status: 'pr_opened', entries: ['pr_opened', 'pr_updated'] },
  merged: { status: 'merged', entries: ['pr_merged'] },
  failed: { status: 'failed', entries: ['failed'] },
};

/** What messages are worth telling. */
export interface Worth {
  notices: Notice[];
  /** Their pull requests may have become ready with this, or have been so before: their timelines say. */
  unsure: TaskListUpdated[];
}

/**
 * The notices in messages, each once: only of the user's own tasks, and not of their own doings.
 * `wasDraft` is whether a task's pull request was a draft at a version; `null`: not known.
 */
export function noticesOf(
  messages: readonly Message[],
  me: string,
  wasDraft: (taskId: string, version: number) => boolean | null,
): Worth {
  const worth: Worth = { notices: [], unsure: [] };
  /** What the messages before have said. */
  const drafts = new Map<string, boolean>();
  for (const message of messages) {
    if (message.event !== 'dashboard:task_list_updated') continue;
    const update = message.payload;
    const { taskId, title, version, change, pullRequest } = update;
    const isDraft = pullRequest?.draft === true;
    const before = { taskId, version: version - 1 };
    const said = drafts.get(nameOf(before));
    drafts.set(nameOf(update), isDraft);
    const kind = update.creator.id === me && update.actor.id !== me ? noticeKindOf(update) : null;
    if (kind === null || !brings(kind, change, isDraft, true)) continue;
    // Asked for only where it matters: whoever answers looks through all that the page has.
    const was = brings(kind, change, isDraft, false) ? true : (said ?? wasDraft(taskId, before.version));
    if (was === true) worth.notices.push({ kind, taskId, title, version, missed: false });
    else if (was === null) worth.unsure.push(update);
  }
  return worth;
}

/** What a task as it is now is worth telling, whenever it came to that. A draft is not ready. */
export function noticeKindOf({ status, pullRequest }: Pick<TaskSummary, 'status' | 'pullRequest'>): NoticeKind | null {
  const kind = noticeKinds.find((each) => table[each].status === status) ?? null;
  return kind === 'ready' && pullRequest?.draft !== false ? null : kind;
}

/** Whether an entry brought a task to what is worth telling. A change to a pull request does if it was a draft until then. */
function brings(kind: NoticeKind, entry: string, isDraft: boolean, wasDraft: boolean): boolean {
  if (!table[kind].entries.some((each) => each === entry)) return false;
  return kind !== 'ready' || (!isDraft && (entry === 'pr_opened' || wasDraft));
}

/** The entry that made a task what it is now, if it came after `since` and not from the user. */
export function missedNotice(
  task: TaskSummary,
  entries: readonly TaskEventView[],
  since: string,
  me: string,
): Omit<Notice, 'missed'> | null {
  const kind = noticeKindOf(task);
  if (kind === null) return null;
  let cause: TaskEventView | null = null;
  let wasDraft = false;
  for (const entry of entries) {
    const isDraft: boolean = entry.type === 'pr_opened' || entry.type === 'pr_updated' ? entry.data.pull.draft : wasDraft;
    if (entry.version <= task.version && brings(kind, entry.type, isDraft, wasDraft)) cause = entry;
    wasDraft = isDraft;
  }
  if (!cause || cause.at < since || cause.actor.id === me) return null;
  return { kind, taskId: task.taskId, title: task.title, version: cause.version };
}

/** By what a notice is known, whoever brings it. */
export function nameOf({ taskId, version }: Pick<Notice, 'taskId' | 'version'>): string {
  return `${taskId} ${version}`;
}

/** So many are remembered: older ones do not come again. */
const remembered = 500;

/** The names of what has been told, with these, too. */
export function withTold(told: readonly string[], notices: readonly Notice[]): readonly string[] {
  return [...told, ...notices.map(nameOf)].slice(-remembered);
}
