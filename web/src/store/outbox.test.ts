import { describe, expect, it } from 'vitest';
import { alice, entry, summary } from '../testing';
import { beforeOf, nextToSend, pendingComments, pendingRows, withDone, withoutEntry, type Deed, type OutboxEntry } from './outbox';

const at = '2026-11-20T17:24:00.000Z';
function queued(id: string, deed: Deed, changes: Partial<OutboxEntry> = {}): OutboxEntry {
  return { id, deed, state: 'queued', queuedAt: at, sentAt: null, failure: null, ...changes };
}
const create = (id: string, title: string, changes: Partial<OutboxEntry> = {}) => queued(id, { kind: 'create', task: { title } }, changes);
const comment = (id: string, text: string, changes: Partial<OutboxEntry> = {}) =>
  queued(id, { kind: 'comment', taskId: 't1', text }, changes);

describe('what waits', () => {
  it('is sent in order, past what was refused and what depends on what is not there yet', () => {
    const refused = create('a', 'A', { state: 'refused' });
    const dependent = queued('b', { kind: 'comment', taskId: 'local:a', text: 'b' });
    const next = create('c', 'C');
    expect(nextToSend([refused, dependent, next])?.id).toBe('c');
    expect(nextToSend(withDone([refused, dependent], 'a', { taskId: 't7', version: 1 }))).toMatchObject({ id: 'b', deed: { taskId: 't7' } });
    expect(withoutEntry([refused, dependent, next], 'a').map(({ id }) => id)).toEqual(['c']);
  });
});

describe('a task that is still to be created', () => {
  it('is a row, newest first', () => {
    const rows = pendingRows([create('a', ' A '), create('b', 'B')], [], alice);
    expect(rows.map(({ taskId, title, creator }) => [taskId, title, creator.id])).toEqual([
      ['local:b', 'B', 'alice'],
      ['local:a', 'A', 'alice'],
    ]);
  });

  it('is not shown twice when it has arrived although no answer came back', () => {
    const sent = create('a', 'A', { state: 'sending', sentAt: at });
    const arrived = summary({ taskId: 't1', title: 'A', createdAt: at });
    expect(pendingRows([sent], [arrived], alice)).toEqual([]);
  });

  it('is another one if it was never sent, is of another user, or is much older', () => {
    const sent = create('a', 'A', { sentAt: at });
    expect(pendingRows([create('a', 'A')], [summary({ title: 'A' })], alice)).toHaveLength(1);
    expect(pendingRows([sent], [summary({ title: 'A', creator: { id: 'bob', name: 'Bob' } })], alice)).toHaveLength(1);
    expect(pendingRows([sent], [summary({ title: 'A', createdAt: '2026-11-20T17:00:00.000Z' })], alice)).toHaveLength(1);
  });

  it('is none that was there before it was sent, nor what came of another one', () => {
    const twin = summary({ taskId: 't1', title: 'A', createdAt: at });
    const entry = create('a', ' A ');
    const before = beforeOf(entry, [twin, summary({ taskId: 't2', title: 'B' })], 0, 'alice');
    expect(before.tasks).toEqual(['t1']);
    const sent = { ...entry, sentAt: at, before };
    expect(pendingRows([sent], [twin], alice)).toHaveLength(1);
    expect(pendingRows([sent], [twin, { ...twin, taskId: 't3' }], alice)).toEqual([]);

    const [second] = withDone([create('a', 'A'), create('b', 'A')], 'a', twin);
    expect(second && pendingRows([{ ...second, sentAt: at }], [twin], alice)).toHaveLength(1);
  });

  it('is there as long as it is refused, whatever looks like it', () => {
    const refused = create('a', 'A', { state: 'refused', sentAt: at });
    expect(pendingRows([refused], [summary({ title: 'A', createdAt: at })], alice)).toHaveLength(1);
  });

  it('stands for one row alone: of two with one title, one may still be on its way', () => {
    const twice = [create('a', 'A', { sentAt: at }), create('b', 'A', { sentAt: at })];
    expect(pendingRows(twice, [summary({ title: 'A' })], alice).map(({ taskId }) => taskId)).toEqual(['local:b']);
  });
});

describe('a comment that is still to be taken', () => {
  const said = entry(2, { type: 'comment', data: { text: 'Hello' } });

  it('shows until the timeline has it', () => {
    expect(pendingComments([comment('a', 'Hello')], 't1', [said], 'alice')).toHaveLength(1);
    expect(pendingComments([comment('a', 'Hello', { sentAt: at })], 't1', [said], 'alice')).toEqual([]);
    expect(pendingComments([comment('a', 'Hello', { sentAt: at })], 't1', [said], 'bob')).toHaveLength(1);
    expect(pendingComments([comment('a', 'Hello')], 't2', [], 'alice')).toEqual([]);
  });

  it('is none that was said before it was sent, nor what came of another one', () => {
    const before = beforeOf(comment('a', 'Hello'), [], 2, 'alice');
    const sent = comment('a', 'Hello', { sentAt: at, before });
    expect(pendingComments([sent], 't1', [said], 'alice')).toHaveLength(1);
    expect(pendingComments([sent], 't1', [said, { ...said, version: 3 }], 'alice')).toEqual([]);

    const [second] = withDone([comment('a', 'Hello'), comment('b', 'Hello')], 'a', { taskId: 't1', version: 2 });
    expect(second && pendingComments([{ ...second, sentAt: at }], 't1', [said], 'alice')).toHaveLength(1);
    const [elsewhere] = withDone([comment('a', 'Hello'), comment('b', 'Hello')], 'a', { taskId: 't2', version: 9 });
    expect(elsewhere && pendingComments([{ ...elsewhere, sentAt: at }], 't1', [said], 'alice')).toEqual([]);
  });
});
