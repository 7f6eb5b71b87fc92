/** Every event against every view: which of them move, and to what. */
import { describe, expect, it } from 'vitest';
import type { Status } from '../api/types';
import { added, alice, created, dashboardState, entry, progress, statusChange, summary, task, update } from '../testing';
import { texts } from '../texts';
import { needing, noFilters, type Filters } from './filters';
import { foldList, listOf } from './list';
import { messageEvents, type Message, type TaskMessages } from './message';
import { noticesOf } from './notices';
import { emptyOverview, foldOverview } from './overview';
import { foldRoom, type Room } from './room';
import { noTasks, statuses } from './status';

const github = { id: 'octocat', name: 'octocat', kind: 'github' as const };
const questions = [{ id: 'q1', text: 'Which?', choices: [], answer: null, answeredBy: null }];
const at = entry(4).at;
const begun = summary().updatedAt;

/** What the page shows of one task that was in status `from`, in all its places. */
function views(from: Status, messages: readonly Message[]) {
  const before = summary({ version: 3, status: from });
  const folded = (filters: Filters) =>
    foldList(listOf(filters.status.length === 0 || filters.status.includes(from) ? [before] : [], null, filters), filters, messages);
  const list = folded(noFilters);
  const board = statuses.map((status) => ({ status, rows: folded({ ...noFilters, status: [status], sort: '-updatedAt' }).list.rows }));
  const room: Room = { kind: 'ready', task: task({ ...before, events: [entry(1), entry(2), entry(3)] }), gap: null };
  const detail = foldRoom(room, 't1', messages);
  const start = foldOverview(emptyOverview, [
    { event: 'dashboard:state', payload: dashboardState({ counts: { ...noTasks, [from]: 1 }, lastActivityAt: begun }) },
  ]);
  const overview = foldOverview(start, messages);
  const open = detail?.kind === 'ready' ? detail : null;
  const mine = needing(alice.id);
  const needed = foldList(listOf([before], null, mine), mine, messages).list.rows.length;
  return {
    list: list.list.rows.map(({ taskId, status, version }) => `${taskId} ${status} ${version}`).join(),
    listProgress: list.list.rows.map((row) => row.progress?.current ?? '').join(''),
    marks: list.changed.join(),
    filtered: folded({ ...noFilters, status: [from] }).list.rows.length,
    board: board.flatMap(({ status, rows }) => rows.map(({ taskId }) => `${taskId} in ${status}`)).join(),
    detail: open ? open.task.status : 'gone',
    detailProgress: open?.task.progress?.current ?? null,
    timeline: open?.task.events.length ?? 0,
    /** The entries that the detail knows to be missing are asked for up to this one. */
    missing: open?.gap ?? null,
    counts: Object.entries(overview.counts).flatMap(([status, n]) => (n > 0 ? [`${status} ${n}`] : [])).join(),
    countsTold: !overview.stale,
    activity: overview.lastActivityAt,
    completed: overview.lastCompleted?.taskId ?? null,
    tab: open ? texts.taskTitle(open.task.title, needed) : texts.title(needed),
    notices: noticesOf(messages, alice.id, () => false).notices.map(({ kind }) => kind).join(),
  };
}

type Views = ReturnType<typeof views>;

function still(from: Status): Views {
  return {
    list: `t1 ${from} 3`,
    listProgress: '',
    marks: '',
    filtered: 1,
    board: `t1 in ${from}`,
    detail: from,
    detailProgress: null,
    timeline: 3,
    missing: null,
    counts: `${from} 1`,
    countsTold: true,
    activity: begun,
    completed: null,
    tab: from === 'clarification_needed' ? '(1 needs you) Fix payment bug · Taskwire' : 'Fix payment bug · Taskwire',
    notices: '',
  };
}

/** The row that comes with every entry. */
function row(previousStatus: Status, status: Status, change: string): Message {
  const pullRequest = status === 'pr_opened' ? pull : null;
  return {
    event: 'dashboard:task_list_updated',
    payload: update({ version: 4, at, updatedAt: at, actor: github, status, previousStatus, change, pullRequest }),
  };
}

const pull = {
  number: 1, url: 'https://example.com', title: 'PR', state: 'open' as const, draft: false,
  review: 'none' as const, checks: 'none' as const, mergeCommitSha: null,
};
const becomes = (event: keyof TaskMessages, status: Status, more = {}): Message =>
  ({ event, payload: statusChange({ version: 4, status, ...more }) }) as Message;

/** What each event moves by itself. A `task:<status>` is the detail's: lists and counts move by the row that follows it. */
const changes: Record<keyof TaskMessages, { from: Status; message: Message; moves: Partial<Views> }> = {
  'dashboard:state': {
    from: 'pr_opened',
    message: { event: 'dashboard:state', payload: dashboardState({ counts: { ...noTasks, clarification_needed: 5 }, lastActivityAt: at }) },
    moves: { counts: 'clarification_needed 5', activity: at },
  },
  'dashboard:task_list_updated': {
    from: 'pr_opened',
    message: row('pr_opened', 'merged', 'pr_merged'),
    moves: {
      list: 't1 merged 4', marks: 't1', filtered: 0, board: 't1 in merged', detail: 'merged', missing: 4,
      counts: 'merged 1', activity: at, completed: 't1', notices: 'merged',
    },
  },
  'task:created': {
    from: 'pr_opened',
    message: { event: 'task:created', payload: created({ taskId: 't2', createdAt: '2026-11-20T17:00:00.000Z' }) },
    moves: { list: 't1 pr_opened 3,t2 created 1', marks: 't2', board: 't2 in created,t1 in pr_opened' },
  },
  'task:removed': {
    from: 'clarification_needed',
    message: { event: 'task:removed', payload: { taskId: 't1' } },
    moves: { list: '', filtered: 0, board: '', detail: 'gone', timeline: 0, countsTold: false, tab: 'Taskwire' },
  },
  'task:state': {
    from: 'pr_opened',
    message: {
      event: 'task:state',
      payload: task({ version: 4, status: 'failed', title: 'Renamed', updatedAt: at, events: [1, 2, 3, 4].map((n) => entry(n)) }),
    },
    moves: {
      list: 't1 failed 4', marks: 't1', filtered: 0, board: 't1 in failed', detail: 'failed', timeline: 4, tab: 'Renamed · Taskwire',
    },
  },
  'task:event_added': {
    from: 'pr_opened',
    message: { event: 'task:event_added', payload: added(entry(4, { type: 'edited', data: { title: 'Renamed' } })) },
    moves: { timeline: 4, tab: 'Renamed · Taskwire' },
  },
  'task:progress': {
    from: 'analyzing',
    message: { event: 'task:progress', payload: progress({ version: 3, current: 2 }) },
    moves: { listProgress: '2', detailProgress: 2 },
  },
  'task:analyzing': { from: 'created', message: becomes('task:analyzing', 'analyzing'), moves: { detail: 'analyzing', missing: 4 } },
  'task:clarification_needed': {
    from: 'analyzing',
    message: becomes('task:clarification_needed', 'clarification_needed', { questions }),
    moves: { detail: 'clarification_needed', missing: 4 },
  },
  'task:dispatched': { from: 'analyzing', message: becomes('task:dispatched', 'dispatched'), moves: { detail: 'dispatched', missing: 4 } },
  'task:pr_opened': { from: 'dispatched', message: becomes('task:pr_opened', 'pr_opened'), moves: { detail: 'pr_opened', missing: 4 } },
  'task:pr_merged': { from: 'pr_opened', message: becomes('task:pr_merged', 'merged'), moves: { detail: 'merged', missing: 4 } },
  'task:pr_closed': { from: 'pr_opened', message: becomes('task:pr_closed', 'dispatched'), moves: { detail: 'dispatched', missing: 4 } },
  'task:failed': { from: 'dispatched', message: becomes('task:failed', 'failed'), moves: { detail: 'failed', missing: 4 } },
  'task:cancelled': { from: 'dispatched', message: becomes('task:cancelled', 'cancelled'), moves: { detail: 'cancelled', missing: 4 } },
};

describe('an event alone', () => {
  it.each(Object.entries(changes))('%s moves the views that it is for, and no other', (_, { from, message, moves }) => {
    expect(views(from, [])).toEqual(still(from));
    expect(views(from, [message])).toEqual({ ...still(from), ...moves });
  });

  it.each(Object.entries(changes))('%s shows nothing twice when it comes twice', (_, { from, message, moves }) => {
    // Counts go by what was before, and notices are told once by their name: a connection says nothing twice.
    const anything: unknown = expect.any(String);
    expect(views(from, [message, message])).toEqual({ ...still(from), ...moves, counts: anything, notices: anything });
  });

  it.each(Object.entries(changes))('%s moves something', (_, { moves }) => {
    expect(Object.keys(moves).length).toBeGreaterThan(0);
  });

  it('is here for every event that there is', () => {
    expect(Object.keys(changes).sort()).toEqual([...messageEvents].sort());
  });
});

interface Told {
  change: string;
  from: Status;
  status: Status;
  event?: keyof TaskMessages;
  notice?: string;
}

/** Each entry as the server tells it: the entry, its status event if it has one, and its row. */
const entries: Told[] = [
  { change: 'analyzing', from: 'created', status: 'analyzing', event: 'task:analyzing' },
  { change: 'clarification_needed', from: 'analyzing', status: 'clarification_needed', event: 'task:clarification_needed', notice: 'needsMe' },
  { change: 'clarification_answered', from: 'clarification_needed', status: 'clarification_needed' },
  { change: 'dispatched', from: 'analyzing', status: 'dispatched', event: 'task:dispatched' },
  { change: 'pr_opened', from: 'dispatched', status: 'pr_opened', event: 'task:pr_opened', notice: 'ready' },
  { change: 'pr_updated', from: 'pr_opened', status: 'pr_opened' },
  { change: 'pr_review', from: 'pr_opened', status: 'pr_opened' },
  { change: 'pr_merged', from: 'pr_opened', status: 'merged', event: 'task:pr_merged', notice: 'merged' },
  { change: 'pr_closed', from: 'pr_opened', status: 'dispatched', event: 'task:pr_closed' },
  { change: 'checks', from: 'pr_opened', status: 'pr_opened' },
  { change: 'comment', from: 'failed', status: 'failed' },
  { change: 'edited', from: 'analyzing', status: 'analyzing' },
  { change: 'retried', from: 'failed', status: 'failed' },
  { change: 'failed', from: 'analyzing', status: 'failed', event: 'task:failed', notice: 'failed' },
  { change: 'cancelled', from: 'clarification_needed', status: 'cancelled', event: 'task:cancelled' },
  { change: 'issue_filed', from: 'cancelled', status: 'cancelled' },
  { change: 'issue_closed', from: 'dispatched', status: 'dispatched' },
  { change: 'issue_reopened', from: 'dispatched', status: 'dispatched' },
];

describe('an entry', () => {
  it.each(entries)('$change moves every view together', ({ change, from, status, event, notice }) => {
    const messages: Message[] = [
      { event: 'task:event_added', payload: added(entry(4)) },
      ...(event ? [becomes(event, status)] : []),
      row(from, status, change),
    ];
    expect(views(from, messages)).toEqual({
      ...still(status),
      list: `t1 ${status} 4`,
      marks: 't1',
      filtered: status === from ? 1 : 0,
      timeline: 4,
      activity: at,
      completed: status === 'merged' ? 't1' : null,
      notices: notice ?? '',
    });
  });
});

describe('a notice', () => {
  const heard = (changes: Parameters<typeof update>[0], wasDraft: boolean | null) =>
    noticesOf([{ event: 'dashboard:task_list_updated', payload: update({ actor: github, ...changes }) }], alice.id, () => wasDraft);
  const of = (changes: Parameters<typeof update>[0], wasDraft = false) => heard(changes, wasDraft).notices;

  it('says ready when a pull request opens that is no draft', () => {
    const opened = { status: 'pr_opened', change: 'pr_opened', pullRequest: pull } as const;
    const updated = { ...opened, change: 'pr_updated' };
    expect(of(opened)).toMatchObject([{ kind: 'ready', version: 1 }]);
    expect(of({ ...opened, pullRequest: { ...pull, draft: true } })).toEqual([]);
    expect(of(updated, true)).toMatchObject([{ kind: 'ready' }]);
    expect(of(updated, false)).toEqual([]);
    expect(of({ ...updated, pullRequest: { ...pull, draft: true } }, true)).toEqual([]);
    expect(of({ ...updated, status: 'cancelled' }, true)).toEqual([]);
  });

  it('is unsure only of a change to what may have been a draft', () => {
    const updated = { status: 'pr_opened', change: 'pr_updated', pullRequest: pull } as const;
    expect(heard(updated, null)).toMatchObject({ notices: [], unsure: [{ taskId: 't1', version: 1 }] });
    expect(heard({ ...updated, pullRequest: { ...pull, draft: true } }, null)).toEqual({ notices: [], unsure: [] });
    expect(heard({ ...updated, change: 'pr_review' }, null)).toEqual({ notices: [], unsure: [] });
    expect(heard({ ...updated, change: 'pr_opened' }, null)).toMatchObject({ notices: [{ kind: 'ready' }], unsure: [] });
  });

  it('says ready of what opened as a draft a moment before', () => {
    const row = (changes: Parameters<typeof update>[0]) =>
      ({ event: 'dashboard:task_list_updated', payload: update({ actor: github, status: 'pr_opened', ...changes }) }) as const;
    const both = [
      row({ version: 5, change: 'pr_opened', pullRequest: { ...pull, draft: true } }),
      row({ version: 6, change: 'pr_updated', pullRequest: pull }),
    ];
    expect(noticesOf(both, alice.id, () => null).notices).toMatchObject([{ kind: 'ready', version: 6 }]);
  });

  it('is not given of somebody else’s task, nor of one’s own doings', () => {
    const failed = { status: 'failed', change: 'failed' } as const;
    expect(of(failed)).toMatchObject([{ kind: 'failed' }]);
    expect(of({ ...failed, creator: { id: 'bob', name: 'Bob' } })).toEqual([]);
    expect(of({ ...failed, actor: { ...alice, kind: 'user' } })).toEqual([]);
  });

  it('is asked what was before only of the user’s own pull requests that became ready', () => {
    const asked: string[] = [];
    const open = { status: 'pr_opened', change: 'pr_updated', version: 2, pullRequest: pull } as const;
    const messages = [
      { ...open, taskId: 'mine' },
      { ...open, taskId: 'hers', creator: { id: 'bob', name: 'Bob' } },
      { ...open, taskId: 'opened', change: 'pr_opened' as const },
      { ...open, taskId: 'draft', pullRequest: { ...pull, draft: true } },
      { ...open, taskId: 'talk', change: 'comment' as const },
    ].map((changes) => ({ event: 'dashboard:task_list_updated', payload: update({ actor: github, ...changes }) }) as const);
    noticesOf(messages, alice.id, (taskId) => {
      asked.push(taskId);
      return null;
    });
    expect(asked).toEqual(['mine']);
  });
});
