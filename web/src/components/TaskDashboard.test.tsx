import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { summary, task, update } from '../testing';
import { OfflineBanner } from './OfflineBanner';
import { TaskDashboard } from './TaskDashboard';
import { openDatabase } from '../offline/database';
import { FakeServer, openPage, problem } from './testing';
import { sockets } from './testing.socket';

vi.mock('../api/socket', () => import('./testing.socket'));

let server: FakeServer;

beforeEach(async () => {
  await openDatabase().clear();
  server = new FakeServer();
});

function tasks(count: number) {
  return Array.from({ length: count }, (_, place) =>
    task({ taskId: `t${place}`, title: `Task ${place}`, createdAt: `2026-11-20T17:${String(59 - place).padStart(2, '0')}:00.000Z` }),
  );
}

function unlabelled(count: number) {
  const newest = Date.parse('2026-11-20T17:00:00.000Z');
  return Array.from({ length: count }, (_, place) =>
    task({ taskId: `plain${place}`, title: `Plain ${place}`, createdAt: new Date(newest - place * 1000).toISOString() }),
  );
}

function show(address = '/') {
  const onNewTask = vi.fn();
  openPage(<TaskDashboard onNewTask={onNewTask} />, address);
  return onNewTask;
}

const address = () => screen.getByLabelText('address').textContent;

describe('the list of tasks', () => {
  it('shows its rows with their status in words, and leads to each', async () => {
    server.tasks = [task({ status: 'failed', error: { code: 'x', message: 'GitHub said no' } })];
    show();
    const row = (await screen.findByRole('link', { name: 'Fix payment bug' })).closest('article');
    expect(row?.textContent).toContain('Failed');
    expect(row?.textContent).toContain('GitHub said no');
    await userEvent.click(screen.getByRole('link', { name: 'Fix payment bug' }));
    expect(address()).toBe('/tasks/t1');
  });

  it('moves with what the server tells', async () => {
    server.tasks = [task()];
    show();
    await screen.findByRole('link', { name: 'Fix payment bug' });
    act(() => { server.say({ event: 'dashboard:task_list_updated', payload: update({ ...summary({ version: 2, title: 'Renamed' }), change: 'edited' }) }); });
    expect(await screen.findByRole('link', { name: 'Renamed' })).toBeDefined();
  });

  it('keeps the filters of the address when a task is opened', async () => {
    server.tasks = [task({ status: 'failed' })];
    show('/?status=failed');
    await userEvent.click(await screen.findByRole('link', { name: 'Fix payment bug' }));
    expect(address()).toBe('/tasks/t1?status=failed');
  });

  it('shows each filter of the address, and takes it away', async () => {
    server.tasks = [task({ status: 'failed' })];
    show('/?status=failed&repo=acme%2Fshop');
    const chips = await screen.findByRole('list', { name: 'Active filters' });
    expect(within(chips).getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual(['Status: Failed', 'Repository: acme/shop']);
    await userEvent.click(within(chips).getByRole('button', { name: 'Remove filter Repository: acme/shop' }));
    expect(address()).toBe('/?status=failed');
  });

  it('puts what is searched for into the address once typing pauses', async () => {
    show();
    await userEvent.type(await screen.findByLabelText('Search tasks'), 'payment');
    await waitFor(() => { expect(address()).toBe('/?q=payment'); });
  });

  it('goes through the rows by j and k', async () => {
    server.tasks = tasks(3);
    show();
    await screen.findByRole('link', { name: 'Task 0' });
    const focused = () => document.activeElement?.textContent;
    await userEvent.keyboard('j');
    expect(focused()).toBe('Task 0');
    await userEvent.keyboard('jj');
    expect(focused()).toBe('Task 2');
    await userEvent.keyboard('k');
    expect(focused()).toBe('Task 1');
  });

  it('is one stop for Tab: the row that had the focus last, or else the first; arrows go on from there', async () => {
    server.tasks = tasks(4);
    show();
    const rows = async () => [await screen.findByRole('link', { name: 'Task 0' }), ...['1', '2', '3'].map((n) => screen.getByRole('link', { name: `Task ${n}` }))];
    const stops = async () => (await rows()).filter(({ tabIndex }) => tabIndex === 0).map(({ textContent }) => textContent);
    expect(await stops()).toEqual(['Task 0']);
    act(() => { screen.getByRole('link', { name: 'Task 0' }).focus(); });
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}{ArrowDown}');
    expect(document.activeElement?.textContent).toBe('Task 2');
    expect(await stops()).toEqual(['Task 2']);
    act(() => { server.say({ event: 'task:removed', payload: { taskId: 't2' } }); });
    await waitFor(() => { expect(screen.queryByRole('link', { name: 'Task 2' })).toBeNull(); });
    expect(['0', '1', '3'].map((n) => screen.getByRole('link', { name: `Task ${n}` }).tabIndex)).toEqual([0, -1, -1]);
  });

  it.each(['list', 'board'])('goes by j and k through the tasks of a %s that wait to be sent, too', async (view) => {
    server.tasks = tasks(2);
    server.refusal = problem('store_unavailable', 503);
    const waiting = (id: string) =>
      ({ id, deed: { kind: 'create', task: { title: id } }, state: 'queued', queuedAt: '2026-11-20T18:00:00.000Z', sentAt: null, failure: null });
    await openDatabase().write('outbox:alice', [waiting('First'), waiting('Second')]);
    show(`/?view=${view}`);
    await screen.findByRole('link', { name: 'Task 0' });
    await screen.findByRole('heading', { name: 'Second' });
    const focused = () => document.activeElement?.textContent;
    await userEvent.keyboard('j');
    expect(focused()).toBe('Second');
    await userEvent.keyboard('jj');
    expect(focused()).toBe('Task 0');
    await userEvent.keyboard('k');
    expect(focused()).toBe('First');
    await userEvent.keyboard('k');
    expect(focused()).toBe('Second');
    await userEvent.keyboard('{Enter}');
    expect(address()).toBe(`/?view=${view}`);
  });

  it.each(['list', 'board'])('goes on by j and k in a %s from a task that waited and has been sent, not from the open one', async (view) => {
    const sent = 'First';
    vi.spyOn(Math, 'random').mockReturnValue(0);
    // In the same order by either time.
    server.tasks = tasks(4).map((each) => ({ ...each, updatedAt: each.createdAt }));
    server.refusal = problem('token_expired', 401);
    const waiting = { id: 'w', deed: { kind: 'create', task: { title: sent } }, state: 'queued', queuedAt: '2026-11-20T18:00:00.000Z', sentAt: null, failure: null };
    await openDatabase().write('outbox:alice', [waiting]);
    show(`/tasks/t2?view=${view}`);
    await screen.findByRole('link', { name: 'Task 2' });
    await screen.findByRole('heading', { name: sent });
    const focused = () => document.activeElement?.textContent;
    await userEvent.keyboard('kkk');
    expect(focused()).toBe(sent);
    server.refusal = null;
    server.tasks = [task({ taskId: 'new', title: sent, createdAt: '2026-11-20T18:00:01.000Z', updatedAt: '2026-11-20T18:00:01.000Z' }), ...server.tasks];
    act(() => { server.drop('closed'); });
    await waitFor(() => { expect(screen.getAllByRole('heading', { name: sent })).toEqual([screen.getByRole('link', { name: sent }).parentElement]); });
    await userEvent.keyboard('j');
    expect(focused()).toBe(sent);
    await userEvent.keyboard('j');
    expect(focused()).toBe('Task 0');
  });

  it('goes on by j and k from where it was, though that row has gone', async () => {
    server.tasks = tasks(5);
    show();
    await screen.findByRole('link', { name: 'Task 0' });
    const focused = () => document.activeElement?.textContent;
    await userEvent.keyboard('jjj');
    expect(focused()).toBe('Task 2');
    act(() => { server.say({ event: 'task:removed', payload: { taskId: 't2' } }); });
    await waitFor(() => { expect(screen.queryByRole('link', { name: 'Task 2' })).toBeNull(); });
    await userEvent.keyboard('j');
    expect(focused()).toBe('Task 3');
    act(() => { server.say({ event: 'task:removed', payload: { taskId: 't3' } }); });
    await waitFor(() => { expect(screen.queryByRole('link', { name: 'Task 3' })).toBeNull(); });
    await userEvent.keyboard('k');
    expect(focused()).toBe('Task 1');
    act(() => { screen.getByRole('link', { name: 'Task 1' }).blur(); });
    await userEvent.keyboard('k');
    expect(focused()).toBe('Task 0');
  });

  it.each(['list', 'board'])('keeps what the reader of a %s sees in its place when a task comes above it, but shows it at the top', async (view) => {
    server.tasks = unlabelled(60).map((each) => ({ ...each, updatedAt: each.createdAt }));
    show(`/?view=${view}&status=created`);
    const first = await screen.findByRole('link', { name: 'Plain 0' });
    const scroller = first.closest('ul')?.parentElement;
    if (!scroller) throw new Error('nothing scrolls');
    const height = view === 'list' ? 64 : 104;
    const create = (taskId: string, at: string) => {
      const made = summary({ taskId, title: taskId, createdAt: at, updatedAt: at });
      act(() => { server.say({ event: 'dashboard:task_list_updated', payload: update({ ...made, change: 'created' }) }); });
    };
    create('above', '2026-11-20T18:00:00.000Z');
    expect(await screen.findByRole('link', { name: 'above' })).toBeDefined();
    expect(scroller.scrollTop).toBe(0);

    scroller.scrollTop = 20 * height + 7;
    fireEvent.scroll(scroller);
    await screen.findByRole('link', { name: 'Plain 20' });
    create('unseen', '2026-11-20T18:00:01.000Z');
    await waitFor(() => { expect(scroller.scrollTop).toBe(21 * height + 7); });
  });

  it('finds what has a label, however far down, and says that nothing has it only once it knows', async () => {
    server.tasks = [...unlabelled(2500), task({ taskId: 'last', title: 'Far down', labels: ['rare'], createdAt: '2026-11-01T17:00:00.000Z' })];
    let goOn: () => void = () => undefined;
    let gate = new Promise<void>((resolve) => { goOn = resolve; });
    server.reading = (path) => (path.includes('cursor=1000') ? gate : Promise.resolve());
    show('/?label=rare');
    expect(await screen.findByText('None so far. Still looking…')).toBeDefined();
    expect(screen.queryByText('No task matches')).toBeNull();
    goOn();
    expect(await screen.findByRole('link', { name: 'Far down' })).toBeDefined();
    expect(await screen.findByText('That is the only one.')).toBeDefined();
    cleanup();

    gate = new Promise<void>((resolve) => { goOn = resolve; });
    show('/?label=unheard-of');
    expect(await screen.findByText('None so far. Still looking…')).toBeDefined();
    goOn();
    expect(await screen.findByText('No task matches')).toBeDefined();
    expect(server.calls.some(({ path }) => path.includes('cursor=2400'))).toBe(true);
  });

  it('finds the rest of what has a label though whole pages of it have none', async () => {
    const rare = (taskId: string, createdAt: string) => task({ taskId, title: taskId, labels: ['rare'], createdAt });
    server.tasks = [rare('first', '2026-11-29T17:00:00.000Z'), ...unlabelled(4500), rare('last', '2026-11-01T17:00:00.000Z')];
    show('/?label=rare');
    expect(await screen.findByRole('link', { name: 'first' })).toBeDefined();
    expect(await screen.findByRole('link', { name: 'last' })).toBeDefined();
  });

  it('takes no letter from somebody who types', async () => {
    server.tasks = tasks(3);
    show();
    await screen.findByRole('link', { name: 'Task 0' });
    await userEvent.keyboard('/');
    await userEvent.keyboard('jk');
    expect(screen.getByLabelText('Search tasks')).toHaveProperty('value', 'jk');
  });

  it('goes on where more could not be loaded once it is connected again', async () => {
    server.tasks = unlabelled(101);
    server.lastPage = 100;
    show();
    await screen.findByRole('link', { name: 'Plain 0' });
    const scroller = document.querySelector('[data-scroller]');
    if (!scroller) throw new Error('the list has no scroller');
    scroller.scrollTop = 100 * 64;
    fireEvent.scroll(scroller);
    expect(await screen.findByText(/It was refused/)).toBeDefined();
    server.lastPage = null;
    vi.spyOn(Math, 'random').mockReturnValue(0);
    act(() => { server.drop('closed'); });
    expect(await screen.findByRole('link', { name: 'Plain 100' })).toBeDefined();
    expect(screen.queryByText(/It was refused/)).toBeNull();
    vi.restoreAllMocks();
  });

  it('says what to do when there is nothing yet', async () => {
    const onNewTask = show();
    expect(await screen.findByText('No tasks yet')).toBeDefined();
    await userEvent.click(screen.getByRole('button', { name: 'New task' }));
    expect(onNewTask).toHaveBeenCalledOnce();
  });

  it('says what to do when nothing matches', async () => {
    show('/?status=merged');
    expect(await screen.findByText('No task matches')).toBeDefined();
    await userEvent.click(screen.getByRole('button', { name: 'Clear all filters' }));
    expect(address()).toBe('/');
    await screen.findByText('No tasks yet');
    expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 }));
  });
});

/** What was on the page is there again, but the server is not. */
function comeBackOffline() {
  window.dispatchEvent(new Event('pagehide'));
  cleanup();
  server.reachable = false;
  sockets.opens = false;
  // No pause between tries is long.
  vi.spyOn(Math, 'random').mockReturnValue(0);
}

describe('what is known of other lists', () => {
  afterEach(() => { vi.restoreAllMocks(); });

  it('stands in for a list that cannot be fetched, and is not taken for all there is', async () => {
    server.tasks = [task({ taskId: 'a', title: 'Broken', status: 'failed' }), task({ taskId: 'b', title: 'Done', status: 'merged' })];
    show();
    expect(await screen.findByText('That is all 2 of them.')).toBeDefined();
    comeBackOffline();
    openPage(<><OfflineBanner /><TaskDashboard onNewTask={vi.fn()} /></>, '/?status=failed');
    expect(await screen.findByRole('link', { name: 'Broken' })).toBeDefined();
    expect(screen.queryByText('That is the only one.')).toBeNull();
    expect(screen.getByText('1+')).toBeDefined();
    expect(await screen.findByRole('button', { name: 'Try again' })).toBeDefined();
    expect(screen.getByRole('link', { name: 'Broken' })).toBeDefined();
    expect(screen.queryByRole('link', { name: 'Done' })).toBeNull();
    expect(screen.queryByText('That is the only one.')).toBeNull();
    expect(screen.getByText('Offline')).toBeDefined();
    expect(screen.getByText(/Last state from/)).toBeDefined();

    server.reachable = true;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('That is the only one.')).toBeDefined();
  });

  it('stands in for the columns of a board, whatever their order', async () => {
    server.tasks = [task({ taskId: 'a', title: 'Broken', status: 'failed' })];
    show();
    expect(await screen.findByRole('link', { name: 'Broken' })).toBeDefined();
    comeBackOffline();
    show('/?view=board&status=failed');
    const column = await screen.findByRole('region', { name: /^Failed/ });
    expect(await within(column).findByRole('button', { name: 'Try again' })).toBeDefined();
    expect(within(column).getByRole('link', { name: 'Broken' })).toBeDefined();
  });
});

describe('the board', () => {
  it('has a column for each status, with its tasks', async () => {
    server.tasks = [task({ taskId: 'a', title: 'Broken', status: 'failed' }), task({ taskId: 'b', title: 'Done', status: 'merged' })];
    show('/?view=board');
    const failed = await screen.findByRole('region', { name: /^Failed/ });
    const merged = screen.getByRole('region', { name: /^Merged/ });
    expect(await within(failed).findByRole('link', { name: 'Broken' })).toBeDefined();
    expect(await within(merged).findByRole('link', { name: 'Done' })).toBeDefined();
    expect(within(merged).queryByRole('link', { name: 'Broken' })).toBeNull();
  });

  it('looks for a label down to the end, too', async () => {
    server.tasks = [...unlabelled(1200), task({ taskId: 'last', title: 'Far down', labels: ['rare'], updatedAt: '2026-11-01T17:00:00.000Z' })];
    let goOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => { goOn = resolve; });
    server.reading = (path) => (path.includes('cursor=1000') ? gate : Promise.resolve());
    show('/?view=board&status=created&label=rare');
    const column = await screen.findByRole('region', { name: /^Created/ });
    expect(await within(column).findByText('None so far. Still looking…')).toBeDefined();
    goOn();
    expect(await within(column).findByRole('link', { name: 'Far down' })).toBeDefined();
  });

  it('says when more of a column cannot be loaded, and goes on when asked', async () => {
    server.tasks = unlabelled(101);
    server.lastPage = 100;
    show('/?view=board&status=created');
    const column = await screen.findByRole('region', { name: /^Created/ });
    expect(await within(column).findByRole('link', { name: 'Plain 0' })).toBeDefined();
    const scroller = column.querySelector('div');
    if (!scroller) throw new Error('a column has no scroller');
    scroller.scrollTop = 100 * 104;
    fireEvent.scroll(scroller);
    expect(await within(column).findByText(/It was refused/)).toBeDefined();
    server.lastPage = null;
    await userEvent.click(within(column).getByRole('button', { name: 'Try again' }));
    expect(await within(column).findByRole('link', { name: 'Plain 100' })).toBeDefined();
    expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 }));
  });

  it('offers no other try where only a login helps', async () => {
    server.tasks = unlabelled(3);
    server.lastPage = 0;
    server.unreadable = problem('token_expired', 401);
    show('/?view=board&status=created');
    const column = await screen.findByRole('region', { name: /^Created/ });
    expect(await within(column).findByText(/It was refused/)).toBeDefined();
    expect(within(column).queryByRole('button', { name: 'Try again' })).toBeNull();
  });

  it('is gone through by j and k within a column and by h and l from one to the next, past empty ones', async () => {
    server.tasks = [
      ...tasks(3).map((each) => ({ ...each, status: 'created' as const })),
      task({ taskId: 'broken', title: 'Broken', status: 'failed' }),
      task({ taskId: 'done', title: 'Done', status: 'merged' }),
    ];
    show('/?view=board');
    for (const name of ['Task 0', 'Broken', 'Done']) await screen.findByRole('link', { name });
    const focused = () => document.activeElement?.textContent;
    await userEvent.keyboard('j');
    expect(focused()).toBe('Task 0');
    await userEvent.keyboard('jj');
    expect(focused()).toBe('Task 2');
    await userEvent.keyboard('j');
    expect(focused()).toBe('Task 2');
    await userEvent.keyboard('k');
    expect(focused()).toBe('Task 1');
    await userEvent.keyboard('l');
    expect(focused()).toBe('Done');
    await userEvent.keyboard('l');
    expect(focused()).toBe('Broken');
    await userEvent.keyboard('l');
    expect(focused()).toBe('Broken');
    await userEvent.keyboard('hh');
    expect(focused()).toBe('Task 0');
    await userEvent.keyboard('{Enter}');
    expect(address()).toBe('/tasks/t0?view=board');
  });

  it('is gone through by arrows, too, from a card: elsewhere they scroll', async () => {
    server.tasks = [...tasks(2), task({ taskId: 'broken', title: 'Broken', status: 'failed' })];
    show('/?view=board');
    const first = await screen.findByRole('link', { name: 'Task 0' });
    await screen.findByRole('link', { name: 'Broken' });
    const focused = () => document.activeElement?.textContent;
    await userEvent.keyboard('{ArrowRight}{ArrowDown}');
    expect(document.activeElement).toBe(document.body);
    first.focus();
    await userEvent.keyboard('{ArrowDown}');
    expect(focused()).toBe('Task 1');
    await userEvent.keyboard('{ArrowRight}');
    expect(focused()).toBe('Broken');
    await userEvent.keyboard('{ArrowLeft}{ArrowUp}');
    expect(focused()).toBe('Task 0');
  });

  it('leaves the arrows to the fields of a dialog that was opened from a card', async () => {
    server.tasks = tasks(2);
    await openDatabase().write('outbox:alice', [
      {
        id: 'k1',
        deed: { kind: 'create', task: { title: 'Refused' } },
        state: 'refused',
        queuedAt: '2026-11-20T18:00:00.000Z',
        sentAt: null,
        failure: { code: 'validation_failed', problem: problem('validation_failed', 422) },
      },
    ]);
    show('/?view=board');
    await screen.findByRole('link', { name: 'Task 0' });
    const card = (await screen.findByRole('heading', { name: 'Refused' })).closest('article') ?? document.body;
    await userEvent.click(await within(card).findByRole('button', { name: 'Edit' }));
    const field = within(await screen.findByRole('dialog', { name: 'New task' })).getByLabelText('Description');
    act(() => { field.focus(); });
    expect(fireEvent.keyDown(field, { key: 'ArrowDown' })).toBe(true);
    expect(document.activeElement).toBe(field);
  });

  it('goes on by j where the focus was, though that card has gone to another column', async () => {
    server.tasks = tasks(3);
    show('/?view=board');
    await screen.findByRole('link', { name: 'Task 2' });
    await userEvent.keyboard('jj');
    act(() => { server.say({ event: 'dashboard:task_list_updated', payload: update({ ...summary({ taskId: 't1', title: 'Task 1', status: 'failed', version: 2 }), change: 'failed', previousStatus: 'created' }) }); });
    const failed = screen.getByRole('region', { name: /^Failed/ });
    await within(failed).findByRole('link', { name: 'Task 1' });
    await userEvent.keyboard('j');
    expect(document.activeElement?.textContent).toBe('Task 2');
  });
});
