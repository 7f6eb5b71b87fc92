import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { summary, task, update } from '../testing';
import { TaskDashboard } from './TaskDashboard';
import { openDatabase } from '../offline/database';
import { FakeServer, openPage } from './testing';

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

  it('takes no letter from somebody who types', async () => {
    server.tasks = tasks(3);
    show();
    await screen.findByRole('link', { name: 'Task 0' });
    await userEvent.keyboard('/');
    await userEvent.keyboard('jk');
    expect(screen.getByLabelText('Search tasks')).toHaveProperty('value', 'jk');
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
});
