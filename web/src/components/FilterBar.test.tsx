import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../offline/database';
import { summary } from '../testing';
import { FilterBar } from './FilterBar';
import { FakeServer, openPage } from './testing';

vi.mock('../api/socket', () => import('./testing.socket'));

const bob = { id: 'bob', name: 'Bob' };

beforeEach(async () => {
  await openDatabase().clear();
  new FakeServer();
});

async function show(address = '/') {
  openPage(<FilterBar rows={[summary({ creator: bob, repo: 'acme/shop' }), summary({ taskId: 't2' })]} />, address);
  await screen.findByRole('search', { name: 'Filter the tasks' });
}

async function open() {
  await userEvent.click(screen.getByRole('button', { name: /^Filter/ }));
  return screen.findByRole('dialog', { name: 'Filter the tasks' });
}

const query = () => Object.fromEntries(new URLSearchParams(screen.getByLabelText('address').textContent.slice(1)));

describe('the filters', () => {
  it('put the statuses that are pressed into the address, and take them out again', async () => {
    await show();
    const filters = await open();
    const failed = within(filters).getByRole('button', { name: 'Failed' });
    await userEvent.click(failed);
    expect(failed.getAttribute('aria-pressed')).toBe('true');
    expect(query()).toEqual({ status: 'failed' });
    await userEvent.click(failed);
    expect(failed.getAttribute('aria-pressed')).toBe('false');
    expect(query()).toEqual({});
  });

  it('take a name when it is entered, not while it is typed, and suggest those at hand', async () => {
    await show();
    const filters = await open();
    const field = () => within(filters).getByRole('combobox', { name: 'Creator' });
    await userEvent.type(field(), 'bob');
    expect(query()).toEqual({});
    await userEvent.keyboard('{Enter}');
    expect(query()).toEqual({ creator: 'bob' });
    const options = document.getElementById(field().getAttribute('list') ?? '')?.querySelectorAll('option') ?? [];
    expect([...options].map(({ value }) => value)).toEqual(['alice', 'bob']);
  });

  it('keep the focus in a field whose name was entered, and take over what changes elsewhere', async () => {
    await show();
    const filters = await open();
    const field = within(filters).getByRole('combobox', { name: 'Creator' });
    await userEvent.type(field, 'bo ');
    await userEvent.keyboard('{Enter}');
    expect(query()).toEqual({ creator: 'bo' });
    expect(document.activeElement).toBe(field);
    await userEvent.keyboard('b{Enter}');
    expect(query()).toEqual({ creator: 'bob' });
    await userEvent.click(within(filters).getByRole('button', { name: 'Clear all' }));
    expect(field).toHaveProperty('value', '');
  });

  it('have the focus beside one that was taken away, and on their button after the last', async () => {
    await show('/?status=failed&creator=bob&repo=acme%2Fshop');
    const remove = (name: RegExp) => screen.getByRole('button', { name });
    await userEvent.click(remove(/^Remove filter Creator/));
    expect(document.activeElement).toBe(remove(/^Remove filter Repository/));
    await userEvent.keyboard('{Enter}');
    expect(document.activeElement).toBe(remove(/^Remove filter Status/));
    await userEvent.keyboard('{Enter}');
    expect(query()).toEqual({});
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Filter' }));
  });

  it('say how many there are, and are cleared at once', async () => {
    await show('/?status=failed&creator=bob&q=card');
    expect(screen.getByRole('list', { name: 'Active filters' }).children).toHaveLength(2);
    const filters = await open();
    await userEvent.click(within(filters).getByRole('button', { name: 'Clear all' }));
    expect(query().status).toBeUndefined();
    expect(query().creator).toBeUndefined();
    expect(screen.queryByRole('list', { name: 'Active filters' })).toBeNull();
  });

  it('search as typing pauses, and Escape empties the search', async () => {
    await show();
    const search = screen.getByRole('searchbox', { name: 'Search tasks' });
    await userEvent.type(search, ' card ');
    await waitFor(() => { expect(query()).toEqual({ q: 'card' }); });
    expect(search).toHaveProperty('value', ' card ');
    await userEvent.keyboard('{Escape}');
    await waitFor(() => { expect(query()).toEqual({}); });
  });
});
