import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { task } from '../testing';
import NewTask from './NewTask';
import { openDatabase } from '../offline/database';
import { FakeServer, openPage, problem } from './testing';

vi.mock('../api/socket', () => import('./testing.socket'));

let server: FakeServer;

beforeEach(async () => {
  await openDatabase().clear();
  server = new FakeServer();
});

async function show() {
  const onClose = vi.fn();
  const page = openPage(<NewTask onClose={onClose} />);
  return { onClose, page, title: await screen.findByLabelText('Title') };
}

const submit = () => userEvent.click(screen.getByRole('button', { name: 'Create task' }));

function described(field: HTMLElement) {
  const ids = (field.getAttribute('aria-describedby') ?? '').split(' ');
  return ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
}

describe('the dialog for a new task', () => {
  it('sends what was written, with a key, and closes', async () => {
    server.tasks = [task({ title: 'Fix it' })];
    const { onClose, title } = await show();
    await userEvent.type(title, '  Fix it ');
    await submit();
    await waitFor(() => { expect(onClose).toHaveBeenCalledOnce(); });
    const [call] = server.writes();
    expect(call).toMatchObject({ path: '/api/tasks', body: { title: 'Fix it' } });
    expect(call?.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('knows the rules: it says what is wrong by the field, goes there, and sends nothing', async () => {
    const { title } = await show();
    await submit();
    expect(title.getAttribute('aria-invalid')).toBe('true');
    expect(described(title)).toContain('Title must have 1 to 200 characters');
    expect(document.activeElement).toBe(title);
    expect(server.writes()).toEqual([]);
  });

  it('shows what the server says by the field, and keeps the text', async () => {
    server.refusal = problem('validation_failed', 422, { errors: [{ field: 'repo', message: 'is not one that tasks may go to' }] });
    const { onClose, title } = await show();
    await userEvent.type(title, 'Fix it');
    await userEvent.type(screen.getByLabelText('Repository'), 'other/repo');
    await submit();
    const repo = screen.getByLabelText('Repository');
    await waitFor(() => { expect(described(repo)).toContain('Repository is not one that tasks may go to'); });
    await waitFor(() => { expect(document.activeElement).toBe(repo); });
    expect(title).toHaveProperty('value', 'Fix it');
    expect(onClose).not.toHaveBeenCalled();
  });

  it('keeps what is being written when it is closed, and forgets it when told to', async () => {
    const first = await show();
    await userEvent.type(first.title, 'Half a thought');
    first.page.unmount();
    const again = await show();
    expect(again.title).toHaveProperty('value', 'Half a thought');
    await userEvent.click(screen.getByRole('button', { name: 'Discard draft' }));
    expect(again.title).toHaveProperty('value', '');
    again.page.unmount();
    expect((await show()).title).toHaveProperty('value', '');
  });

  it('keeps the task for later when the server cannot be reached', async () => {
    const { onClose, title } = await show();
    await userEvent.type(title, 'From the train');
    server.reachable = false;
    await submit();
    await waitFor(() => { expect(onClose).toHaveBeenCalledOnce(); });
  });
});
