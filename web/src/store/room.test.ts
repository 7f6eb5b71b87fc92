import { describe, expect, it } from 'vitest';
import { added, entry, progress, statusChange, summary, task, update } from '../testing';
import type { Message } from './message';
import { foldRoom, withOlder, withSnapshot, type Room } from './room';

const fold = (...messages: Message[]) => foldRoom(undefined, 't1', messages);

function ready(room: Room | undefined) {
  if (room?.kind !== 'ready') throw new Error(`the room is ${room?.kind ?? 'not there'}`);
  return room;
}

const state = (view = task()): Message => ({ event: 'task:state', payload: view });
const event = (...of: Parameters<typeof entry>): Message => ({ event: 'task:event_added', payload: added(entry(...of)) });
const versions = (room: Room | undefined) => ready(room).task.events.map(({ version }) => version);

describe('a task and its timeline', () => {
  it('applies the next entry', () => {
    const { task: view, gap } = ready(fold(state(), event(2)));
    expect(view.version).toBe(2);
    expect(view.events.map(({ version }) => version)).toEqual([1, 2]);
    expect(view.updatedAt).toBe(entry(2).at);
    expect(gap).toBeNull();
  });

  it('ignores an entry it has', () => {
    expect(versions(fold(state(), event(2), event(2), event(1)))).toEqual([1, 2]);
  });

  it('takes no notice of other tasks', () => {
    const room = fold(state());
    expect(foldRoom(room, 't1', [state(task({ taskId: 't2', version: 9 }))])).toBe(room);
  });

  it('notices a gap, applies nothing over it, and is whole again with a snapshot', () => {
    const behind = fold(state(), event(3));
    expect(ready(behind)).toMatchObject({ gap: 3, task: { version: 1 } });
    const whole = foldRoom(behind, 't1', [state(task({ version: 3, events: [entry(1), entry(2), entry(3)] }))]);
    expect(ready(whole)).toMatchObject({ gap: null, task: { version: 3 } });
  });

  it('is whole again when the missing entries come after all', () => {
    expect(ready(fold(state(), event(3), event(2))).gap).toBe(3);
    expect(ready(fold(state(), event(3), event(2), event(3))).gap).toBeNull();
  });

  it('is still behind after a snapshot from before the gap', () => {
    expect(ready(fold(state(), event(5), state(task({ version: 3 })))).gap).toBe(5);
  });

  it('knows by a newer row or status that entries are missing', () => {
    expect(ready(fold(state(), { event: 'row', payload: summary({ version: 2 }) })).gap).toBe(2);
    expect(ready(fold(state(), { event: 'task:failed', payload: statusChange({ version: 4, status: 'failed' }) })).gap).toBe(4);
  });

  it('keeps what it has when an older answer comes late', () => {
    expect(ready(fold(state(), event(2), state())).task.version).toBe(2);
  });

  it('takes the status, and what comes with it, from state messages', () => {
    const questions = [{ id: 'q1', text: 'Which provider?', choices: [], answer: null, answeredBy: null }];
    const asked: Message = {
      event: 'task:clarification_needed',
      payload: statusChange({ version: 2, status: 'clarification_needed', questions }),
    };
    expect(ready(fold(state(), event(2), asked)).task).toMatchObject({ status: 'clarification_needed', questions, version: 2 });
  });

  it('ignores a status from before what it shows', () => {
    const late: Message = { event: 'task:analyzing', payload: statusChange({ version: 1, status: 'analyzing' }) };
    expect(ready(fold(state(task({ version: 2, status: 'failed' })), late)).task.status).toBe('failed');
  });

  it('does not take a version from state messages, so that no entry is skipped', () => {
    const row: Message = { event: 'dashboard:task_list_updated', payload: update({ version: 3, title: 'New title' }) };
    const { task: view, gap } = ready(fold(state(), row, event(2), event(3)));
    expect(view.title).toBe('New title');
    expect(view.events).toHaveLength(3);
    expect(gap).toBeNull();
  });

  it('shows progress until the status changes', () => {
    const working = fold(state(), { event: 'task:progress', payload: progress({ current: 2 }) });
    expect(ready(working).task.progress?.current).toBe(2);
    const done: Message = { event: 'task:dispatched', payload: statusChange({ version: 2, status: 'dispatched' }) };
    expect(ready(foldRoom(working, 't1', [event(2), done])).task.progress).toBeNull();
  });

  it('folds an answer into its question', () => {
    const questions = [{ id: 'q1', text: 'Which provider?', choices: [], answer: null, answeredBy: null }];
    const answered = event(2, {
      type: 'clarification_answered',
      data: { answers: [{ questionId: 'q1', answer: 'Stripe' }] },
    });
    expect(ready(fold(state(task({ questions })), answered)).task.questions[0]).toMatchObject({
      answer: 'Stripe',
      answeredBy: { id: 'alice', name: 'Alice' },
    });
  });

  it('folds an edit, which names only what changed', () => {
    const edited = event(2, { type: 'edited', data: { description: 'Better' } });
    expect(ready(fold(state(), edited)).task).toMatchObject({ title: 'Fix payment bug', description: 'Better' });
  });

  it('is gone when removed, and loads again when it may be seen again', () => {
    const removed: Message = { event: 'task:removed', payload: { taskId: 't1' } };
    expect(fold(state(), removed)?.kind).toBe('gone');
    expect(fold(state(), removed, event(2))?.kind).toBe('gone');
    expect(fold(state(), removed, state())?.kind).toBe('ready');
  });

  it('takes older entries in front, and only those that fit', () => {
    const room = withSnapshot(undefined, task({ version: 5, eventsFrom: 4, events: [entry(4), entry(5)] }));
    const older = withOlder(room, [entry(2), entry(3), entry(4)]);
    expect(versions(older)).toEqual([2, 3, 4, 5]);
    expect(withOlder(older, [])).toBe(older);
    expect(withOlder(room, [entry(1)])).toBe(room);
  });

  it('keeps older entries over a snapshot, unless that leaves a hole', () => {
    const room = withSnapshot(undefined, task({ version: 3, events: [entry(1), entry(2), entry(3)] }));
    const next = withSnapshot(room, task({ version: 5, eventsFrom: 3, events: [entry(3), entry(4), entry(5)] }));
    expect(versions(next)).toEqual([1, 2, 3, 4, 5]);
    const far = withSnapshot(room, task({ version: 9, eventsFrom: 8, events: [entry(8), entry(9)] }));
    expect(versions(far)).toEqual([8, 9]);
  });
});
