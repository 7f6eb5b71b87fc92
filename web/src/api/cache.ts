/**
 * What the page has of the server's tasks: REST answers in the query cache, and every message folded
 * into each of them, once per frame however many there are.
 */
import { notifyManager, type QueryClient } from '@tanstack/react-query';
import { noFilters, serverQuery, sorts, type Filters, type Sort } from '../store/filters';
import { foldList, guessed, isAsLong, listOf, renewed, settled, unknownCursor, withPage, type TaskRows } from '../store/list';
import { heardAt, type Message } from '../store/message';
import { noticesOf, type Notice } from '../store/notices';
import { cell } from '../store/observable';
import { emptyOverview, foldOverview, withCompleted, withStats, type Completed, type Overview } from '../store/overview';
import { foldRoom, withOlder, withSnapshot, type Room } from '../store/room';
import { earlier } from '../store/time';
import { CallFailed, failureOf, good } from './answers';
import type { Client, Failure } from './client';
import { createCompletions } from './completed';
import { nextFrame } from './frame';
import { createMarks } from './marks';
import { createQuestions } from './questions';
import { createRemovals } from './removals';
import { listKey, overviewKey, roomKey, type TaskCache } from './taskCache';
import type { TaskList, TaskListUpdated, TaskSummary } from './types';

interface TaskCacheOptions {
  queries: QueryClient;
  client: Client;
  /** A task's entries up to some version were missed: the task is known up to `version`. */
  onGap: (taskId: string, version: number) => void;
  /** A task that was gone may be seen again. */
  onReturn: (taskId: string) => void;
  /** The counts cannot be told any more; said once until they can. */
  onStaleCounts: () => void;
  onNotices: (notices: readonly Notice[]) => void;
  /** Whether these are to be told only their timelines say. */
  onUnsureNotices: (updates: readonly TaskListUpdated[]) => void;
  /** These tasks have changed since a time of the server: asked for, not told. */
  onChanged: (tasks: readonly TaskSummary[], since: string) => void;
  /** The user's id. */
  me: string;
  knownUntil?: string | null;
}

const firstPage = 100;
const nextPage = 200;
/** More changes than this are fetched as lists, not one by one. */
const deltaPages = 5;
/** Rows that the page picks from are fetched until so many fit. */
const wantedRows = 50;
const pickingPages = 10;
/** How far server clocks may differ. */
const overlapMs = 5000;
/** The server is asked about what a list is unsure of at most this often. */
const unsureMs = 1000;
const olderEntries = 200;
/** Where nobody tells what goes, the lists are compared with the server's this often. */
const compareMs = 60_000;

// Components are told in the same turn: nothing is rendered between what a frame brought and the views of it.
notifyManager.setScheduler(queueMicrotask);

export function createTaskCache(options: TaskCacheOptions): TaskCache {
  const { queries, client, onGap, onReturn, onStaleCounts, onNotices, onUnsureNotices, onChanged, me } = options;
  const marks = createMarks();
  const removals = createRemovals();
  const lastCompleted = createCompletions(client);
  const knownUntil = cell<string | null>(options.knownUntil ?? null);
  /** Messages that came while something was being fetched: they are newer than the answer. */
  const holds = new Set<Message[]>();
  const gaps = new Map<string, number>();
  let waiting: Message[] = [];
  let isComplete = false;
  /** How often something may have been missed. */
  let losses = 0;
  let comparedAt = Date.now();
  let heard = knownUntil.get();
  let frame: (() => void) | null = null;

  const hear = (message: Message) => {
    const at = heardAt(message);
    if (at !== null && (heard === null || at > heard)) heard = at;
    if (isComplete) knownUntil.set(heard);
  };

  const take = (message: Message) => {
    hear(message);
    waiting.push(message);
    frame ??= nextFrame(flush);
  };

  const flush = () => {
    frame?.();
    frame = null;
    const messages = waiting;
    waiting = [];
    if (messages.length === 0) return;
    for (const held of holds) held.push(...messages);
    messages.forEach(removals.hear);
    const { notices, unsure } = noticesOf(messages, me, wasDraft);
    const before = overview();
    const after = foldOverview(before, messages);
    // Every view shows it in one go.
    notifyManager.batch(() => {
      foldLists(messages);
      foldRooms(messages);
      queries.setQueryData<Overview>(overviewKey, after);
    });
    if (after.stale && !before.stale) onStaleCounts();
    if (notices.length > 0) onNotices(notices);
    if (unsure.length > 0) onUnsureNotices(unsure);
  };

  const rowOf = (taskId: string): TaskSummary | undefined => {
    for (const [, list] of queries.getQueriesData<TaskRows>({ queryKey: ['tasks'] })) {
      const row = list?.rows.find((each) => each.taskId === taskId);
      if (row) return row;
    }
    return undefined;
  };
  const wasDraft = (taskId: string, version: number) => {
    const room = queries.getQueryData<Room>(roomKey(taskId));
    const views = [rowOf(taskId), room?.kind === 'ready' ? room.task : undefined];
    const view = views.find((each) => each?.version === version);
    return view ? view.pullRequest?.draft === true : null;
  };

  const overview = () => queries.getQueryData<Overview>(overviewKey) ?? emptyOverview;

  const foldLists = (messages: readonly Message[]) => {
    const marked: string[] = [];
    for (const query of queries.getQueryCache().findAll({ queryKey: ['tasks'] })) {
      const list = query.state.data as TaskRows | undefined;
      const filters = query.queryKey[1] as Filters;
      if (!list) continue;
      const folded = foldList(list, filters, messages);
      if (folded.list !== list) queries.setQueryData(query.queryKey, folded.list);
      if (folded.list.unsure.size > 0 && query.isActive()) questions.raise();
      marked.push(...folded.changed);
    }
    if (marked.length > 0) notifyManager.schedule(() => { marks.mark(marked); });
  };

  const foldRooms = (messages: readonly Message[]) => {
    for (const query of queries.getQueryCache().findAll({ queryKey: ['task'] })) {
      const taskId = query.queryKey[1] as string;
      const room = query.state.data as Room | undefined;
      const folded = foldRoom(room, taskId, messages);
      if (folded !== room) queries.setQueryData(query.queryKey, folded);
      if (!query.isActive()) continue;
      noticeGap(taskId, folded);
      const isBack = messages.some(({ event, payload }) => event === 'task:created' && payload.taskId === taskId);
      if (folded?.kind === 'gone' && isBack) onReturn(taskId);
    }
  };

  const noticeGap = (taskId: string, room: Room | undefined) => {
    if (room?.kind !== 'ready' || room.gap === null) {
      gaps.delete(taskId);
      return;
    }
    // Asked once for each version that the page has; the transport sees to it that it is answered.
    if (gaps.get(taskId) === room.task.version) return;
    gaps.set(taskId, room.task.version);
    onGap(taskId, room.task.version);
  };

  /** Runs a fetch, and gives what came meanwhile. */
  const holding = async <T>(fetching: () => Promise<T>): Promise<{ value: T; held: Message[] }> => {
    flush();
    const held: Message[] = [];
    holds.add(held);
    try {
      return { value: await fetching(), held };
    } finally {
      flush();
      holds.delete(held);
    }
  };

  /** Pages from `cursor` on until they are enough, or there are no more. */
  const pages = async (
    filters: Filters,
    cursor: string | null,
    limit: number,
    isEnough: (tasks: readonly TaskSummary[], page: number) => boolean,
  ): Promise<TaskList> => {
    const tasks: TaskSummary[] = [];
    let next = cursor;
    for (let page = 1; ; page += 1) {
      const query = serverQuery(filters);
      query.set('limit', `${limit}`);
      if (next !== null) query.set('cursor', next);
      const answer = good(await client.tasks(query));
      tasks.push(...answer.tasks);
      next = answer.nextCursor;
      if (next === null || isEnough(tasks, page)) return { tasks, nextCursor: next };
    }
  };
  /** One page is enough, unless few of its rows are picked. */
  const picked = (filters: Filters) => (tasks: readonly TaskSummary[], page: number) =>
    filters.label === null || page >= pickingPages || listOf(tasks, null, filters).rows.length >= wantedRows;

  /** The list down to where it was loaded: of what has vanished from it nobody tells but the list itself. */
  const fetchList = async (filters: Filters): Promise<TaskRows> => {
    const known = () => queries.getQueryData<TaskRows>(listKey(filters));
    const limit = (known()?.rows.length ?? 0) > firstPage ? nextPage : firstPage;
    const first = picked(filters);
    const { value, held } = await holding(() =>
      pages(filters, null, limit, (tasks, page) => {
        const list = known();
        return list ? isAsLong(list, tasks, filters) : first(tasks, page);
      }),
    );
    const list = known();
    const fetched = list ? renewed(list, value.tasks, value.nextCursor, filters) : listOf(value.tasks, value.nextCursor, filters);
    return foldList(fetched, filters, held).list;
  };

  const loadMore = async (filters: Filters): Promise<Failure | null> => {
    const cursor = queries.getQueryData<TaskRows>(listKey(filters))?.nextCursor;
    if (cursor == null) return null;
    try {
      if (cursor === unknownCursor) {
        await queries.refetchQueries({ queryKey: listKey(filters), exact: true }, { throwOnError: true });
        return null;
      }
      const { value, held } = await holding(() => pages(filters, cursor, nextPage, picked(filters)));
      queries.setQueryData<TaskRows>(listKey(filters), (list) =>
        // Another answer may have changed where the list ends.
        list?.nextCursor === cursor
          ? foldList(withPage(list, value.tasks, value.nextCursor, filters), filters, held).list
          : list,
      );
      return null;
    } catch (error) {
      return failureOf(error);
    }
  };

  const fetchRoom = async (taskId: string): Promise<Room> => {
    const { value, held } = await holding(() => client.task(taskId));
    const room = queries.getQueryData<Room>(roomKey(taskId));
    if (!value.ok) {
      if (value.failure.code === 'not_found') {
        forget(taskId);
        return { kind: 'gone' };
      }
      throw new CallFailed(value.failure);
    }
    const snapshot = withSnapshot(room?.kind === 'gone' ? undefined : room, value.value);
    const fetched = foldRoom(snapshot, taskId, held) ?? snapshot;
    if (fetched.kind === 'ready') removals.undo(taskId);
    return fetched;
  };

  const loadOlder = async (taskId: string): Promise<Failure | null> => {
    const room = queries.getQueryData<Room>(roomKey(taskId));
    if (room?.kind !== 'ready' || room.task.eventsFrom <= 1) return null;
    const after = Math.max(0, room.task.eventsFrom - 1 - olderEntries);
    const answer = await client.events(taskId, after, room.task.eventsFrom - 1 - after);
    if (!answer.ok) return answer.failure;
    queries.setQueryData<Room>(roomKey(taskId), (now) => now && withOlder(now, answer.value.events));
    return null;
  };

  const fetchOverview = async (): Promise<Overview> => {
    const { value: stats, held } = await holding(() => client.stats());
    const known = queries.getQueryData<Overview>(overviewKey);
    // The counts of a connection are exact: REST fills in only before there is one.
    const counted = known?.loaded && isComplete && !known.stale ? known : foldOverview(withStats(emptyOverview, good(stats)), held);
    lookForCompleted();
    return known ? { ...counted, lastCompleted: known.lastCompleted } : counted;
  };

  /** Nobody waits for it, and what failed is asked for again the next time. */
  const lookForCompleted = () => {
    const tell = (completed: Completed | null) => queries.setQueryData<Overview>(overviewKey, (known) => known && withCompleted(known, completed));
    lastCompleted().then(tell, () => undefined);
  };

  const delta = async (since: string): Promise<{ tasks: TaskSummary[]; more: boolean }> => {
    const tasks: TaskSummary[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < deltaPages; page += 1) {
      const query = new URLSearchParams({ updatedSince: since, sort: '-updatedAt', limit: `${nextPage}` });
      if (cursor !== null) query.set('cursor', cursor);
      const answer: TaskList = good(await client.tasks(query));
      tasks.push(...answer.tasks);
      cursor = answer.nextCursor;
      if (cursor === null) return { tasks, more: false };
    }
    return { tasks, more: true };
  };

  const catchUp = async (withCounts: boolean): Promise<Failure | null> => {
    const since = knownUntil.get();
    const lossesBefore = losses;
    try {
      if (withCounts) {
        const stats = good(await client.stats());
        queries.setQueryData<Overview>(overviewKey, (known) => withStats(known ?? emptyOverview, stats));
        if (heard === null || (stats.lastActivityAt !== null && stats.lastActivityAt > heard)) heard = stats.lastActivityAt;
      }
      if (since === null) {
        await renewLists();
      } else {
        const from = earlier(since, overlapMs);
        const { value, held } = await holding(() => delta(from));
        const rows = value.tasks.map((payload): Message => ({ event: 'row', payload }));
        for (const row of rows) hear(row);
        notifyManager.batch(() => {
          foldLists([...rows, ...held]);
          foldRooms([...rows, ...held]);
        });
        onChanged(value.tasks, from);
        if (value.more) await renewLists();
      }
      // Nobody tells of what may be seen no longer: it is missing from the lists as they are now.
      if (withCounts && Date.now() - comparedAt >= compareMs) await renewLists();
    } catch (error) {
      return failureOf(error);
    }
    if (losses === lossesBefore) {
      isComplete = true;
      if (heard !== null) knownUntil.set(heard);
    }
    lookForCompleted();
    return null;
  };

  /** Fetches the lists anew: those that are shown now, the others when they are. */
  const renewLists = async () => {
    comparedAt = Date.now();
    await queries.invalidateQueries({ queryKey: ['tasks'] }, { throwOnError: true });
  };

  /** The task does not exist, or may not be seen any longer: no view shows it. */
  const forget = (taskId: string) => {
    queries.setQueryData<Room>(roomKey(taskId), { kind: 'gone' });
    removals.hear({ event: 'task:removed', payload: { taskId } });
    if (rowOf(taskId)) take({ event: 'task:removed', payload: { taskId } });
  };

  /** The lists that cannot tell by themselves which tasks belong in them. */
  const unsureLists = () =>
    queries.getQueryCache().findAll({ queryKey: ['tasks'], type: 'active' }).flatMap(({ queryKey, state }) => {
      const list = state.data as TaskRows | undefined;
      return list && list.unsure.size > 0 ? [{ filters: queryKey[1] as Filters, asked: list.unsure }] : [];
    });
  const settle = async ({ filters, asked }: { filters: Filters; asked: ReadonlySet<string> }): Promise<Failure | null> => {
    const since = knownUntil.get();
    const query = serverQuery({ ...filters, sort: '-updatedAt' });
    query.set('limit', `${nextPage}`);
    if (since !== null) query.set('updatedSince', earlier(since, 60_000));
    const { value, held } = await holding(() => client.tasks(query));
    if (!value.ok) return value.failure;
    queries.setQueryData<TaskRows>(listKey(filters), (list) =>
      list && foldList(settled(list, filters, asked, value.value.tasks), filters, held).list,
    );
    return null;
  };
  const questions = createQuestions({
    everyMs: unsureMs,
    isLeft: () => unsureLists().length > 0,
    ask: async () => (await Promise.all(unsureLists().map(settle))).find((failure) => failure !== null) ?? null,
  });

  return {
    take,
    flush,
    put: (task) => {
      flush();
      if (removals.has(task.taskId)) return;
      take({ event: 'task:state', payload: task });
      flush();
    },
    remove: forget,
    guess: (filters) => {
      const ofAll = (sort: Sort) => queries.getQueryData<TaskRows>(listKey({ ...noFilters, sort }));
      const all = ofAll(filters.sort) ?? sorts.map(ofAll).find((list) => list !== undefined);
      return all && guessed(all, filters);
    },
    fetchList,
    loadMore,
    fetchRoom,
    loadOlder,
    fetchOverview,
    catchUp,
    fellBehind: () => {
      losses += 1;
      isComplete = false;
    },
    recentlyChanged: marks.recent,
    knownUntil,
    stop: () => {
      frame?.();
      questions.stop();
      marks.stop();
    },
  };
}
