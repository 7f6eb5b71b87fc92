import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../offline/database';
import { currentToken, logIn } from '../session/token';
import { summary, task } from '../testing';
import { Shell } from './Shell';
import { FakeServer, openPage, problem } from './testing';

vi.mock('../api/socket', () => import('./testing.socket'));

let server: FakeServer;

beforeEach(async () => {
  await openDatabase().clear();
  server = new FakeServer();
  logIn(`head.${btoa(JSON.stringify({ sub: 'alice' }))}.sign`);
});

async function show() {
  openPage(<Shell />);
  await screen.findByText('No tasks yet');
}

async function logOutByMenu() {
  await userEvent.click(screen.getByRole('button', { name: /^Alice/ }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Log out' }));
}

async function create(title: string) {
  await userEvent.click(screen.getAllByRole('button', { name: 'New task' })[0] ?? document.body);
  await userEvent.type(await screen.findByLabelText('Title'), title);
  await userEvent.click(screen.getByRole('button', { name: 'Create task' }));
  await waitFor(() => { expect(screen.queryByRole('dialog', { name: 'New task' })).toBeNull(); });
}

describe('logging out', () => {
  it('asks nothing when there is nothing to lose', async () => {
    await show();
    await logOutByMenu();
    expect(currentToken()).toBeNull();
  });

  it('asks when a text was begun', async () => {
    await show();
    await userEvent.keyboard('c');
    await userEvent.type(await screen.findByLabelText('Title'), 'Half a thought');
    await userEvent.click(screen.getByRole('button', { name: 'Close' }));
    await logOutByMenu();
    const dialog = await screen.findByRole('dialog', { name: 'Log out, and lose what was not sent?' });
    await userEvent.click(within(dialog).getByRole('button', { name: 'Stay logged in' }));
    expect(currentToken()).not.toBeNull();

    await userEvent.keyboard('{Control>}k{/Control}');
    await userEvent.click(await screen.findByRole('option', { name: 'Log out' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Log out and lose them' }));
    expect(currentToken()).toBeNull();
  });

  it('asks, and shows it, when something waits to be sent', async () => {
    await show();
    server.reachable = false;
    await create('From the train');
    await screen.findByRole('heading', { name: 'From the train' });
    await logOutByMenu();
    const dialog = await screen.findByRole('dialog', { name: 'Log out, and lose what was not sent?' });
    expect(within(dialog).getByRole('list', { name: 'Waiting to be sent' }).textContent).toContain('From the train');
    expect(currentToken()).not.toBeNull();
  });
});

describe('a task that waited and is refused', () => {
  it('says why in its row, and can be mended there', async () => {
    await openDatabase().write('outbox:alice', [
      {
        id: 'k1',
        deed: { kind: 'create', task: { title: 'From the train', description: 'It is late', repo: 'other/repo' } },
        state: 'queued',
        queuedAt: '2026-11-20T17:24:00.000Z',
        sentAt: null,
        failure: null,
      },
    ]);
    server.refusal = problem('validation_failed', 422, { detail: 'Tasks may not go to other/repo' });
    openPage(<Shell />);
    const row = (await screen.findByRole('heading', { name: 'From the train' })).closest('article') ?? document.body;
    expect(await within(row).findByText('Refused: Tasks may not go to other/repo')).toBeDefined();
    expect(screen.getAllByRole('button', { name: '1 change refused' }).length).toBeGreaterThan(1);

    server.refusal = null;
    server.tasks = [task({ ...summary(), title: 'From the train' })];
    await userEvent.click(within(row).getByRole('button', { name: 'Edit' }));
    const dialog = await screen.findByRole('dialog', { name: 'New task' });
    expect(within(dialog).getByLabelText('Title')).toHaveProperty('value', 'From the train');
    await userEvent.clear(within(dialog).getByLabelText('Repository'));
    await userEvent.click(within(dialog).getByRole('button', { name: 'Create task' }));
    await waitFor(() => { expect(screen.queryByRole('button', { name: '1 change refused' })).toBeNull(); });
    expect(server.writes().at(-1)?.body).toEqual({ title: 'From the train', description: 'It is late' });
    expect(screen.getAllByRole('heading', { name: 'From the train' })).toHaveLength(1);
  });

  it('waits for a login when that is what is missing, and says so', async () => {
    await show();
    server.refusal = problem('token_expired', 401);
    await create('Too late');
    const row = (await screen.findByRole('heading', { name: 'Too late' })).closest('article') ?? document.body;
    expect(await within(row).findByText('Waiting for you to log in again')).toBeDefined();
  });
});

describe('what needs the user', () => {
  it('is what they asked for themselves, counted in the sidebar and listed behind it', async () => {
    server.tasks = [
      task({ taskId: 'mine', title: 'My own', status: 'clarification_needed' }),
      task({ taskId: 'theirs', title: 'Not mine', status: 'clarification_needed', creator: { id: 'bob', name: 'Bob' } }),
    ];
    openPage(<Shell />);
    await screen.findByRole('link', { name: 'Not mine' });
    const needsYou = await screen.findByRole('link', { name: /^Needs you\s*1$/ });
    await userEvent.click(needsYou);
    await waitFor(() => { expect(screen.queryByRole('link', { name: 'Not mine' })).toBeNull(); });
    expect(screen.getByRole('link', { name: 'My own' })).toBeDefined();
    expect(screen.getByLabelText('address').textContent).toBe('/?status=clarification_needed&creator=alice');
    expect(within(screen.getByRole('navigation')).getAllByRole('link', { current: 'page' })).toEqual([screen.getByRole('link', { name: /^Needs you/ })]);
  });
});

describe('a task beside the list, by keyboard', () => {
  beforeEach(() => {
    vi.spyOn(window, 'matchMedia').mockImplementation((media) => Object.assign(new EventTarget(), { matches: true, media }) as MediaQueryList);
    server.tasks = Array.from({ length: 200 }, (_, place) =>
      task({
        taskId: `t${place}`,
        title: `Task ${place}`,
        createdAt: new Date(Date.parse('2026-11-20T17:00:00.000Z') - place * 1000).toISOString(),
        issue: { number: place, url: `https://github.example/issues/${place}` },
      }),
    );
  });

  const heading = (name: string) => screen.findByRole('heading', { level: 2, name });

  it('has the focus once its row is entered or clicked, also where it was open, but not by j and k', async () => {
    openPage(<Shell />);
    const row = await screen.findByRole('link', { name: 'Task 1' });
    await userEvent.click(row);
    expect(document.activeElement).toBe(await heading('Task 1'));

    await userEvent.keyboard('j');
    await heading('Task 2');
    expect(document.activeElement).toBe(screen.getByRole('link', { name: 'Task 2' }));
    await userEvent.keyboard('{Enter}');
    await waitFor(async () => { expect(document.activeElement).toBe(await heading('Task 2')); });
    await userEvent.keyboard('k');
    await heading('Task 1');
    expect(document.activeElement).toBe(screen.getByRole('link', { name: 'Task 1' }));
  });

  it('is a few Tabs from the list, however long that is', { timeout: 20_000 }, async () => {
    openPage(<Shell />, '/tasks/t2');
    await heading('Task 2');
    screen.getByRole('searchbox', { name: 'Search tasks' }).focus();
    const stops: (string | null | undefined)[] = [];
    const comment = screen.getByRole('textbox', { name: 'Comment' });
    while (document.activeElement !== comment && stops.length < 40) {
      await userEvent.tab();
      if (document.activeElement?.closest('[data-task]')) stops.push(document.activeElement.textContent);
      else stops.push(null);
    }
    expect(document.activeElement).toBe(comment);
    expect(stops.filter((stop) => stop !== null)).toEqual(['Task 2', expect.stringContaining('#2')]);
  });
});
