/** Every event against every view: which of them move, and to what. */
import { describe, expect, it } from 'vitest';
import type { Status } from '../api/types';
import { added, alice, created, dashboardState, entry, progress, statusChange, summary, task, update } from '../testing';
import { noFilters } from './filters';
import { foldList, listOf } from './list';
import { messageEvents, type Message, type TaskMessages } from './message';
import { noticesOf } from './notices';
import { emptyOverview, foldOverview } from './overview';
import { foldRoom, type Room } from './room';
import { noTasks } from './status';

const github = { id: 'octocat', name: 'octocat', kind: 'github' as const };
const questions = [{ id: 'q1', text: 'Which?', choices: [], answer: null, answeredBy: null }];
const before = summary({ version: 3, status: 'pr_opened' });
const room: Room = { kind: 'ready', task: task({ ...before, events: [entry(1), entry(2), entry(3)] }), gap: null };

/** What the page shows of one task, in all its places. */
function views(messages: readonly Message[]) {
  const list = foldList(listOf([before], null, noFilters), noFilters, messages).list;
  const opened = { ...noFilters, status: ['pr_opened' as const] };
  const picked = foldList(listOf([before], null, opened), opened, messages).list;
  const detail = foldRoom(room, 't1', messages);
  const start = foldOverview(emptyOverview, [
    { event: 'dashboard:state', payload: dashboardState({ counts: { ...noTasks, pr_opened: 1 }, lastActivityAt: before.updatedAt }) },
  ]);
  const overview = foldOverview(start, messages);
  const view = detail?.kind === 'ready' ? detail.task : null;
  return {
    list: list.rows.map(({ status, version }) => `${status} ${version}`).join(),
    filtered: picked.rows.length,
    detail: view ? view.status : 'gone',
    timeline: view?.events.length ?? 0,
    counts: Object.entries(overview.counts).flatMap(([status, n]) => (n > 0 ? [`${status} ${n}`] : [])).join(),
    activity: overview.lastActivityAt,
    completed: overview.lastCompleted?.taskId ?? null,
    notices: noticesOf(messages, alice.id, () => false).map(({ kind }) => kind).join(),
  };
}

const still = {
  list: 'pr_opened 3',
  filtered: 1,
  detail: 'pr_opened',
  timeline: 3,
  counts: 'pr_opened 1',
  activity: before.updatedAt,
  completed: null as string | null,
  notices: '',
};
const at = entry(4).at;

/** The row that comes with every entry. */
function row(status: Status, change: string, previousStatus: Status = 'pr_opened'): Message {
  return {
    event: 'dashboard:task_list_updated',
    payload: update({ version: 4, at, updatedAt: at, actor: github, status, previousStatus, change }),
  };
}

const changes: Record<keyof TaskMessages, { message: Message; moves: Partial<typeof still> }> = {
  'dashboard:state': {
    message: { event: 'dashboard:state', payload: dashboardState({ counts: { ...noTasks, merged: 5 }, lastActivityAt: at }) },
    moves: { counts: 'merged 5', activity: at },
  },
  'dashboard:task_list_updated': {
    message: row('merged', 'pr_merged'),
    moves: { list: 'merged 4', filtered: 0, detail: 'merged', counts: 'merged 1', activity: at, completed: 't1', notices: 'merged' },
  },
  'task:created': {
    message: { event: 'task:created', payload: created({ taskId: 't2', createdAt: '2026-11-20T17:00:00.000Z' }) },
    moves: { list: 'pr_opened 3,created 1' },
  },
  'task:removed': {
    message: { event: 'task:removed', payload: { taskId: 't1' } },
    moves: { list: '', filtered: 0, detail: 'gone', timeline: 0 },
  },
  'task:state': {
    message: { event: 'task:state', payload: task({ version: 4, status: 'failed', events: [1, 2, 3, 4].map((n) => entry(n)) }) },
    moves: { list: 'failed 4', filtered: 0, detail: 'failed', timeline: 4 },
  },
  'task:event_added': {
    message: { event: 'task:event_added', payload: added(entry(4)) },
    moves: { timeline: 4 },
  },
  'task:progress': { message: { event: 'task:progress', payload: progress({ version: 3 }) }, moves: {} },
  'task:analyzing': {
    message: { event: 'task:analyzing', payload: statusChange({ version: 4, status: 'analyzing' }) },
    moves: { detail: 'analyzing' },
  },
  'task:clarification_needed': {
    message: { event: 'task:clarification_needed', payload: statusChange({ version: 4, status: 'clarification_needed', questions }) },
    moves: { detail: 'clarification_needed' },
  },
  'task:dispatched': {
    message: { event: 'task:dispatched', payload: statusChange({ version: 4, status: 'dispatched' }) },
    moves: { detail: 'dispatched' },
  },
  'task:pr_opened': {
    message: { event: 'task:pr_opened', payload: statusChange({ version: 4, status: 'pr_opened' }) },
    moves: {},
  },
  'task:pr_merged': {
    message: { event: 'task:pr_merged', payload: statusChange({ version: 4, status: 'merged' }) },
    moves: { detail: 'merged' },
  },
  'task:pr_closed': {
    message: { event: 'task:pr_closed', payload: statusChange({ version: 4, status: 'dispatched' }) },
    moves: { detail: 'dispatched' },
  },
  'task:failed': {
    message: { event: 'task:failed', payload: statusChange({ version: 4, status: 'failed' }) },
    moves: { detail: 'failed' },
  },
  'task:cancelled': {
    message: { event: 'task:cancelled', payload: statusChange({ version: 4, status: 'cancelled' }) },
    moves: { detail: 'cancelled' },
  },
};

describe('an event alone', () => {
  it.each(Object.entries(changes))('%s moves the views that it is for, and no other', (_, { message, moves }) => {
    expect(views([message])).toEqual({ ...still, ...moves });
  });

  it.each(Object.entries(changes))('%s shows nothing twice when it comes twice', (_, { message, moves }) => {
    const { list, filtered, detail, timeline } = { ...still, ...moves };
    expect(views([message, message])).toMatchObject({ list, filtered, detail, timeline });
  });

  it('is here for every event that there is', () => {
    expect(Object.keys(changes).sort()).toEqual([...messageEvents].sort());
  });
});

/** Each entry as the server tells it: the entry, its status event if it has one, and its row. */
const entries: { change: string; status: Status; event?: keyof TaskMessages; notice?: string }[] = [
  { change: 'analyzing', status: 'analyzing', event: 'task:analyzing' },
  { change: 'clarification_needed', status: 'clarification_needed', event: 'task:clarification_needed', notice: 'needsMe' },
  { change: 'clarification_answered', status: 'pr_opened' },
  { change: 'dispatched', status: 'dispatched', event: 'task:dispatched' },
  { change: 'pr_opened', status: 'pr_opened', event: 'task:pr_opened' },
  { change: 'pr_updated', status: 'pr_opened' },
  { change: 'pr_review', status: 'pr_opened' },
  { change: 'pr_merged', status: 'merged', event: 'task:pr_merged', notice: 'merged' },
  { change: 'pr_closed', status: 'dispatched', event: 'task:pr_closed' },
  { change: 'checks', status: 'pr_opened' },
  { change: 'comment', status: 'pr_opened' },
  { change: 'edited', status: 'pr_opened' },
  { change: 'retried', status: 'pr_opened' },
  { change: 'failed', status: 'failed', event: 'task:failed', notice: 'failed' },
  { change: 'cancelled', status: 'cancelled', event: 'task:cancelled' },
  { change: 'issue_filed', status: 'pr_opened' },
  { change: 'issue_closed', status: 'pr_opened' },
  { change: 'issue_reopened', status: 'pr_opened' },
];

describe('an entry', () => {
  it.each(entries)('$change moves every view together', ({ change, status, event, notice }) => {
    const messages: Message[] = [
      { event: 'task:event_added', payload: added(entry(4)) },
      ...(event ? [{ event, payload: statusChange({ version: 4, status }) } as Message] : []),
      row(status, change),
    ];
    expect(views(messages)).toEqual({
      list: `${status} 4`,
      filtered: status === 'pr_opened' ? 1 : 0,
      detail: status,
      timeline: 4,
      counts: `${status} 1`,
      activity: at,
      completed: status === 'merged' ? 't1' : null,
      notices: notice ?? '',
    });
  });
});

describe('a notice', () => {
  const of = (changes: Parameters<typeof update>[0], wasDraft = false) =>
    noticesOf([{ event: 'dashboard:task_list_updated', payload: update({ actor: github, ...changes }) }], alice.id, () => wasDraft);
  const pullRequest = {
    number: 1, url: 'https://example.com', title: 'PR', state: 'open' as const, draft: false,
    review: 'none' as const, checks: 'none' as const, mergeCommitSha: null,
  };

  it('says ready when a pull request opens that is no draft', () => {
    expect(of({ change: 'pr_opened', pullRequest })).toMatchObject([{ kind: 'ready', version: 1 }]);
    expect(of({ change: 'pr_opened', pullRequest: { ...pullRequest, draft: true } })).toEqual([]);
    expect(of({ change: 'pr_updated', pullRequest }, true)).toMatchObject([{ kind: 'ready' }]);
    expect(of({ change: 'pr_updated', pullRequest }, false)).toEqual([]);
  });

  it('is not given of somebody else’s task, nor of one’s own doings', () => {
    expect(of({ change: 'failed', creator: { id: 'bob', name: 'Bob' } })).toEqual([]);
    expect(of({ change: 'failed', actor: { ...alice, kind: 'user' } })).toEqual([]);
  });
});
