import { describe, expect, it } from 'vitest';
import { created, progress, summary, update } from '../testing';
import { inOrder, noFilters, type Filters } from './filters';
import { foldList, isAsLong, listOf, renewed, settled, trimmed, unknownCursor, withPage, type TaskRows } from './list';
import type { Message } from './message';

const at = (minute: number) => `2026-11-20T17:${`${minute}`.padStart(2, '0')}:00.000Z`;
/** A task created in that minute; its id tells which. */
const row = (minute: number, changes: Parameters<typeof summary>[0] = {}) =>
  summary({ taskId: `t${`${minute}`.padStart(2, '0')}`, createdAt: at(minute), updatedAt: at(minute), ...changes });
const updated = (minute: number, changes: Parameters<typeof update>[0] = {}): Message => ({
  event: 'dashboard:task_list_updated',
  payload: update({ ...row(minute), ...changes }),
});
const ids = (list: TaskRows) => list.rows.map(({ taskId }) => taskId);
const listed = (...minutes: number[]) => listOf(minutes.map((minute) => row(minute)), null, noFilters);

describe('a list', () => {
  it('takes a new task in where it belongs, and says which rows changed', () => {
    const { list, changed } = foldList(listed(9, 5), noFilters, [updated(7), updated(11)]);
    expect(ids(list)).toEqual(['t11', 't09', 't07', 't05']);
    expect(changed).toEqual(['t07', 't11']);
  });

  it('has no task twice, whoever tells of it and how often', () => {
    const messages: Message[] = [
      { event: 'task:created', payload: created({ ...row(7) }) },
      updated(7),
      { event: 'row', payload: row(7) },
      updated(7),
    ];
    expect(ids(foldList(listed(9), noFilters, messages).list)).toEqual(['t09', 't07']);
    const again = foldList(foldList(listed(9), noFilters, messages).list, noFilters, messages);
    expect(ids(again.list)).toEqual(['t09', 't07']);
    expect(again.changed).toEqual([]);
  });

  it('keeps what is newer than what it is told', () => {
    const list = listOf([row(5, { version: 4, status: 'dispatched' })], null, noFilters);
    const folded = foldList(list, noFilters, [updated(5, { version: 3, status: 'analyzing' })]);
    expect(folded.list).toBe(list);
  });

  it('lets a task go that belongs there no longer, and takes it in when it does again', () => {
    const filters: Filters = { ...noFilters, status: ['failed'] };
    const list = listOf([row(5, { status: 'failed' })], null, filters);
    const gone = foldList(list, filters, [updated(5, { version: 2, status: 'analyzing', previousStatus: 'failed' })]).list;
    expect(ids(gone)).toEqual([]);
    const back = foldList(gone, filters, [updated(5, { version: 3, status: 'failed', previousStatus: 'analyzing' })]).list;
    expect(ids(back)).toEqual(['t05']);
  });

  it('lets a task go that may be seen no longer', () => {
    expect(ids(foldList(listed(9, 5), noFilters, [{ event: 'task:removed', payload: { taskId: 't09' } }]).list)).toEqual(['t05']);
  });

  it('moves a row up when it is ordered by the last change', () => {
    const filters: Filters = { ...noFilters, sort: '-updatedAt' };
    const { list } = foldList(listOf([row(9), row(5)], null, filters), filters, [updated(5, { version: 2, updatedAt: at(30) })]);
    expect(ids(list)).toEqual(['t05', 't09']);
  });

  it('leaves what is further down than it reaches to be loaded later', () => {
    const list = listOf([row(9), row(5)], 'cursor', noFilters);
    expect(ids(foldList(list, noFilters, [updated(2), updated(7)]).list)).toEqual(['t09', 't07', 't05']);
  });

  it('reaches as far as it was loaded, even when its last row has moved up', () => {
    const filters: Filters = { ...noFilters, sort: '-updatedAt' };
    const list = listOf([row(9), row(5)], 'cursor', filters);
    const moved = foldList(list, filters, [updated(5, { version: 2, updatedAt: at(30) })]).list;
    expect(ids(foldList(moved, filters, [updated(7)]).list)).toEqual(['t05', 't09', 't07']);
  });

  it('shows progress, of the newest moment only, until the status changes', () => {
    const working = foldList(listed(5), noFilters, [
      { event: 'task:progress', payload: progress({ taskId: 't05', current: 2 }) },
      { event: 'task:progress', payload: progress({ taskId: 't05', current: 1, timestamp: at(0) }) },
      { event: 'task:progress', payload: progress({ taskId: 'unknown' }) },
    ]).list;
    expect(working.rows[0]?.progress?.current).toBe(2);
    expect(ids(working)).toEqual(['t05']);
    expect(foldList(working, noFilters, [updated(5, { version: 2 })]).list.rows[0]?.progress).toBeNull();
  });

  it('is unchanged, and the same object, when nothing in it changes', () => {
    const list = listed(5);
    expect(foldList(list, noFilters, [{ event: 'row', payload: row(5, { version: 0 }) }]).list).toBe(list);
  });

  it('grows by a page, without doubling what has moved up since', () => {
    const list = foldList(listOf([row(9), row(7)], 'cursor', noFilters), noFilters, [updated(8)]).list;
    const grown = withPage(list, [row(8), row(5)], null, noFilters);
    expect(ids(grown)).toEqual(['t09', 't08', 't07', 't05']);
    expect(grown.end).toBeNull();
  });

  it('is what the server says once it is fetched anew, and keeps what it knows better', () => {
    const list = listOf([row(9), row(8, { version: 5 }), row(7), row(5)], 'far', noFilters);
    const anew = renewed(list, [row(10), row(9, { version: 2 }), row(8, { version: 4 })], 'near', noFilters);
    expect(anew.rows.map(({ taskId, version }) => `${taskId}.${version}`)).toEqual(['t10.1', 't09.2', 't08.5']);
    expect(anew.nextCursor).toBe('near');
    expect(ids(renewed(list, [row(9)], null, noFilters))).toEqual(['t09']);
  });

  it('is fetched anew down to where it ended, or as many rows as it had', () => {
    const list = listOf([row(9), row(8), row(7)], 'far', noFilters);
    expect(isAsLong(list, [row(9), row(8)], noFilters)).toBe(false);
    expect(isAsLong(list, [row(9), row(7)], noFilters)).toBe(true);
    expect(isAsLong(list, [row(9), row(6)], noFilters)).toBe(true);
    expect(isAsLong(list, [row(12), row(11), row(10)], noFilters)).toBe(true);
  });

  it('kept in part says that there is more, and is replaced by what is fetched', () => {
    const kept = trimmed(listed(9, 8, 7), 2);
    expect(kept.nextCursor).toBe(unknownCursor);
    expect(renewed(kept, [row(9)], 'cursor', noFilters).nextCursor).toBe('cursor');
    expect(trimmed(listed(9, 8), 2).nextCursor).toBeNull();
  });

  it('folds many messages into ten thousand rows as if one by one', () => {
    const rows = Array.from({ length: 10_000 }, (_, n) => summary({ taskId: `t${n}`, createdAt: new Date(n * 1000).toISOString() }));
    const list = listOf(rows.sort(inOrder(noFilters.sort)), null, noFilters);
    const messages = Array.from({ length: 50 }, (_, n): Message => ({
      event: 'dashboard:task_list_updated',
      payload: update({ ...summary({ taskId: `t${n * 211}`, createdAt: new Date(n * 211_000).toISOString() }), version: 2 + (n % 2) }),
    }));
    const atOnce = foldList(list, noFilters, messages).list;
    const oneByOne = messages.reduce((sofar, message) => foldList(sofar, noFilters, [message]).list, list);
    expect(atOnce.rows).toEqual(oneByOne.rows);
    expect(new Set(ids(atOnce)).size).toBe(atOnce.rows.length);
  });
});

describe('a list picked by words', () => {
  const filters: Filters = { ...noFilters, q: 'stripe' };

  it('shows at once what has the words in its title', () => {
    const { list } = foldList(listOf([], null, filters), filters, [updated(5, { title: 'Stripe fails' })]);
    expect(ids(list)).toEqual(['t05']);
    expect(list.unsure.size).toBe(0);
  });

  it('asks about a task that may have them in its description, and believes the answer', () => {
    const { list } = foldList(listOf([], null, filters), filters, [updated(5), updated(6)]);
    expect(ids(list)).toEqual([]);
    expect([...list.unsure]).toEqual(['t05', 't06']);
    const answered = settled(list, filters, list.unsure, [row(6)]);
    expect(ids(answered)).toEqual(['t06']);
    expect(answered.unsure.size).toBe(0);
  });

  it('goes on asking although somebody says how far the work on such a task is', () => {
    const { list } = foldList(listOf([], null, filters), filters, [updated(5)]);
    const progress = { taskId: 't05', version: 2, step: 'analysis', phase: 'running', current: 1, total: 3, itemsCount: null, message: null, timestamp: '2026-11-20T17:24:00.123Z' } as const;
    const told = foldList(list, filters, [{ event: 'task:progress', payload: progress }]).list;
    expect([...told.unsure]).toEqual(['t05']);
    const another = foldList(told, filters, [{ event: 'task:removed', payload: { taskId: 't05' } }, updated(6)]).list;
    expect([...another.unsure]).toEqual(['t06']);
  });

  it('does not ask about changes that touch no text', () => {
    const { list } = foldList(listOf([], null, filters), filters, [updated(5, { version: 4, change: 'comment', status: 'failed', previousStatus: 'failed' })]);
    expect(list.unsure.size).toBe(0);
  });

  it('keeps an edited row until the server says that it has the words no longer', () => {
    const shown = listOf([row(5)], null, filters);
    const { list } = foldList(shown, filters, [updated(5, { version: 2, change: 'edited', title: 'Adyen fails', previousStatus: 'created' })]);
    expect(ids(list)).toEqual(['t05']);
    expect(ids(settled(list, filters, list.unsure, []))).toEqual([]);
  });
});
