import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocketContext, type Link, type TaskHandlers } from '../context/WebSocketContext';
import { added, entry, task } from '../testing';
import { TaskDetail } from './TaskDetail';

afterEach(cleanup);

/** A link whose other end is the test. */
function fakeLink() {
  let handlers: TaskHandlers = {};
  const link = {
    listen: (given) => {
      handlers = given;
      return () => undefined;
    },
    join: vi.fn<Link['join']>(() => () => undefined),
    resync: vi.fn<Link['resync']>(() => () => undefined),
    retry: () => undefined,
  } satisfies Link;
  return { link, server: () => handlers };
}

function show() {
  const { link, server } = fakeLink();
  render(
    <WebSocketContext value={{ connection: { kind: 'connecting' }, link }}>
      <TaskDetail token="secret" taskId="t1" onClose={() => undefined} />
    </WebSocketContext>,
  );
  return { link, server };
}

describe('a task in detail', () => {
  it('shows text as text, not as markup', () => {
    const { server } = show();
    act(() => server()['task:state']?.(task({ description: '<img src=x onerror=alert(1)>' })));
    expect(screen.getByText('<img src=x onerror=alert(1)>')).toBeDefined();
  });

  it('takes no notice of other tasks', () => {
    const { server } = show();
    act(() => server()['task:state']?.(task({ taskId: 't2', title: 'Another' })));
    expect(screen.queryByText('Another')).toBeNull();
  });

  it('asks for what it missed, naming its version', () => {
    const { link, server } = show();
    act(() => server()['task:state']?.(task({ version: 2 })));
    expect(link.resync).not.toHaveBeenCalled();
    act(() => server()['task:event_added']?.(added(entry(4))));
    expect(link.resync.mock.lastCall).toEqual([{ taskIds: ['t1'], versions: { t1: 2 } }]);
  });

  it('asks for answers when answers are needed', () => {
    const { server } = show();
    const questions = [{ id: 'q1', text: 'Which provider?', choices: ['Stripe'], answer: null, answeredBy: null }];
    act(() => server()['task:state']?.(task({ status: 'clarification_needed', questions })));
    expect(screen.getByLabelText('Which provider?')).toBeDefined();
    expect(screen.getByRole('button', { name: 'Stripe' })).toBeDefined();
    expect(screen.getByRole('button', { name: 'Send answers' })).toBeDefined();
  });

  it('says so when the task may not be seen', () => {
    const { link } = show();
    act(() => link.join.mock.lastCall?.[1]());
    expect(screen.getByText(/does not exist, or you may not see it/)).toBeDefined();
  });
});
