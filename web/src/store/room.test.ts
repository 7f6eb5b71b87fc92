import { describe, expect, it } from 'vitest';
import { added, entry, statusChange, summary, task } from '../testing';
import { applyToRoom, emptyRoom, type Room, type RoomMessage } from './room';

function fold(...messages: RoomMessage[]): Room {
  return messages.reduce(applyToRoom, emptyRoom);
}

function ready(room: Room) {
  if (room.kind !== 'ready') throw new Error(`the room is ${room.kind}`);
  return room;
}

const state = (view = task()): RoomMessage => ({ type: 'state', payload: view });
const event = (...of: Parameters<typeof entry>): RoomMessage => ({ type: 'event', payload: added(entry(...of)) });

describe('a task and its timeline', () => {
  it('applies the next entry', () => {
    const { task: view, gap } = ready(fold(state(), event(2)));
    expect(view.version).toBe(2);
    expect(view.events.map(({ version }) => version)).toEqual([1, 2]);
    expect(view.updatedAt).toBe(entry(2).at);
    expect(gap).toBeNull();
  });

  it('ignores an entry it has', () => {
    expect(ready(fold(state(), event(2), event(2), event(1))).task.events).toHaveLength(2);
  });

  it('notices a gap, applies nothing over it, and is whole again with a snapshot', () => {
    const behind = fold(state(), event(3));
    expect(ready(behind)).toMatchObject({ gap: 3, task: { version: 1 } });
    const whole = applyToRoom(behind, state(task({ version: 3, events: [entry(1), entry(2), entry(3)] })));
    expect(ready(whole)).toMatchObject({ gap: null, task: { version: 3 } });
  });

  it('is still behind after a snapshot from before the gap', () => {
    expect(ready(fold(state(), event(5), state(task({ version: 3 })))).gap).toBe(5);
  });

  it('keeps what it has when an older answer comes late', () => {
    expect(ready(fold(state(), event(2), state())).task.version).toBe(2);
  });

  it('takes the status, and what comes with it, from state messages', () => {
    const questions = [{ id: 'q1', text: 'Which provider?', choices: [], answer: null, answeredBy: null }];
    const { task: view } = ready(
      fold(state(), event(2), { type: 'status', payload: statusChange({ version: 2, status: 'clarification_needed', questions }) }),
    );
    expect(view).toMatchObject({ status: 'clarification_needed', questions, version: 2 });
  });

  it('ignores a status from before what it shows', () => {
    const late: RoomMessage = { type: 'status', payload: statusChange({ version: 1 }) };
    expect(ready(fold(state(task({ version: 2, status: 'analyzing' })), late)).task.status).toBe('analyzing');
  });

  it('does not take a version from state messages, so that no entry is skipped', () => {
    const { task: view } = ready(
      fold(state(), { type: 'summary', payload: summary({ version: 3, title: 'New title' }) }, event(2), event(3)),
    );
    expect(view.title).toBe('New title');
    expect(view.events).toHaveLength(3);
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

  it('is gone when removed or refused, and loads again when joined again', () => {
    expect(fold(state(), { type: 'removed' }).kind).toBe('gone');
    expect(fold({ type: 'refused' }, event(2)).kind).toBe('gone');
    expect(fold({ type: 'refused' }, state()).kind).toBe('ready');
  });
});
