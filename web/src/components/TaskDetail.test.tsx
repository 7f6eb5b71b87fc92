import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { added, entry, task } from '../testing';
import { TaskDetail } from './TaskDetail';
import { openDatabase } from '../offline/database';
import { FakeServer, openPage, problem } from './testing';

const question = { id: 'q1', text: 'Which provider?', choices: ['Stripe', 'Adyen'], answer: null, answeredBy: null };
const asking = task({ status: 'clarification_needed', questions: [question] });
vi.mock('../api/socket', () => import('./testing.socket'));

let server: FakeServer;

beforeEach(async () => {
  await openDatabase().clear();
  server = new FakeServer();
});

async function show(...tasks: Parameters<typeof server.tasks.push>) {
  server.tasks = tasks;
  openPage(<TaskDetail taskId="t1" />, '/tasks/t1');
  return screen.findByRole('heading', { level: 2, name: tasks[0]?.title ?? 'No such task' });
}

describe('a task in detail', () => {
  it('has the focus on its title when it opens', async () => {
    const heading = await show(task());
    expect(document.activeElement).toBe(heading);
  });

  it('shows what people wrote as Markdown, but no markup, no images and no dangerous links', async () => {
    await show(task({ description: '**bold** <img src=x onerror=alert(1)> ![a cat](https://evil.example/cat.png) [run](javascript:alert(1))' }));
    expect((await screen.findByText('bold')).tagName).toBe('STRONG');
    expect(document.querySelectorAll('img, script, [onerror]')).toHaveLength(0);
    expect(screen.getByRole('link', { name: /a cat/ }).getAttribute('rel')).toContain('noopener');
    expect(screen.queryByRole('link', { name: /run/ })).toBeNull();
    expect(screen.getByText(/run/)).toBeDefined();
  });

  it('adds entries as they come', async () => {
    await show(task());
    act(() => { server.say({ event: 'task:event_added', payload: added(entry(2, { type: 'comment', data: { text: 'I saw it, too' } })) }); });
    expect(await screen.findByText('I saw it, too')).toBeDefined();
  });

  it('takes no notice of other tasks', async () => {
    await show(task());
    act(() => {
      server.say({ event: 'task:event_added', payload: { ...added(entry(2, { type: 'comment', data: { text: 'Elsewhere' } })), taskId: 't2' } });
      server.say({ event: 'task:event_added', payload: added(entry(2, { type: 'comment', data: { text: 'Here' } })) });
    });
    expect(await screen.findByText('Here')).toBeDefined();
    expect(screen.queryByText('Elsewhere')).toBeNull();
  });

  it('says so when the task does not exist or may not be seen', async () => {
    await show();
    expect(screen.getByText(/does not exist, or you may not see it/)).toBeDefined();
  });

  it('asks for answers with suggestions, and sends what was chosen', async () => {
    await show(asking);
    await userEvent.click(screen.getByRole('button', { name: 'Stripe' }));
    expect(screen.getByLabelText('Which provider?')).toHaveProperty('value', 'Stripe');
    await userEvent.click(screen.getByRole('button', { name: 'Send answer' }));
    await waitFor(() => { expect(server.writes()).toHaveLength(1); });
    expect(server.writes()[0]).toMatchObject({
      path: '/api/tasks/t1/answers',
      body: { answers: [{ questionId: 'q1', answer: 'Stripe' }] },
    });
  });

  it('keeps an answer that was refused, and says why', async () => {
    server.refusal = problem('already_answered', 409, { detail: 'Question q1 has been answered' });
    await show(asking);
    await userEvent.type(screen.getByLabelText('Which provider?'), 'Neither');
    await userEvent.click(screen.getByRole('button', { name: 'Send answer' }));
    expect(await screen.findByText(/Question q1 has been answered/)).toBeDefined();
    expect(screen.getByLabelText('Which provider?')).toHaveProperty('value', 'Neither');
  });

  it('sends a comment by Ctrl+Enter, and empties the field', async () => {
    await show(task());
    const field = screen.getByLabelText('Comment');
    await userEvent.type(field, 'Look at this{Control>}{Enter}{/Control}');
    await waitFor(() => { expect(server.writes()[0]).toMatchObject({ path: '/api/tasks/t1/comments', body: { text: 'Look at this' } }); });
    await waitFor(() => { expect(field).toHaveProperty('value', ''); });
  });

  it('keeps a comment that cannot be sent now, where it can be seen and taken back', async () => {
    await show(task());
    server.reachable = false;
    await userEvent.type(screen.getByLabelText('Comment'), 'From the train');
    await userEvent.click(screen.getByRole('button', { name: 'Comment' }));
    const timeline = screen.getByRole('region', { name: 'Timeline' });
    expect(await within(timeline).findByText('From the train')).toBeDefined();
    expect(await screen.findByText(/it will be sent when you are back online/)).toBeDefined();
    // It is being sent again and again: between two tries it can be taken back.
    await waitFor(async () => {
      const button = within(timeline).queryByRole('button', { name: 'Do not send' });
      if (button) await userEvent.click(button);
      expect(within(timeline).queryByText('From the train')).toBeNull();
    });
  });

  it('offers changes only to its creator and to admins', async () => {
    await show(task({ creator: { id: 'bob', name: 'Bob' }, status: 'failed' }));
    await waitFor(() => { expect(server.calls.some(({ path }) => path === '/api/me')).toBe(true); });
    expect(screen.queryByRole('button', { name: 'Edit' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
  });

  it('retries a failed task with the reason given', async () => {
    await show(task({ status: 'failed', error: { code: 'github_unavailable', message: 'GitHub did not answer' } }));
    expect(screen.getByText('GitHub did not answer')).toBeDefined();
    await userEvent.click(await screen.findByRole('button', { name: 'Retry' }));
    const dialog = await screen.findByRole('dialog', { name: 'Retry this task' });
    await userEvent.type(within(dialog).getByLabelText('Reason (optional)'), 'It is back');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Retry' }));
    await waitFor(() => { expect(server.writes()[0]).toMatchObject({ path: '/api/tasks/t1/retry', body: { reason: 'It is back' } }); });
  });
});

describe('editing a task', () => {
  async function edit(title: string) {
    await userEvent.click(await screen.findByRole('button', { name: 'Edit' }));
    const dialog = await screen.findByRole('dialog', { name: 'Edit task' });
    const field = within(dialog).getByLabelText('Title');
    await userEvent.clear(field);
    await userEvent.type(field, title);
    await userEvent.click(within(dialog).getByRole('button', { name: 'Save changes' }));
    return dialog;
  }

  it('sends only what changed, against the version it was opened at', async () => {
    await show(task({ version: 3, events: [entry(3)] }));
    await edit('Better title');
    await waitFor(() => { expect(server.writes()).toHaveLength(1); });
    expect(server.writes()[0]).toMatchObject({ method: 'PATCH', body: { title: 'Better title' } });
    expect(server.writes()[0]?.headers.get('If-Match')).toBe('"3"');
  });

  it('shows what somebody else changed meanwhile, and saves over it only when told to', async () => {
    await show(task());
    server.tasks = [task({ version: 2, title: 'Their title', events: [entry(1), entry(2)] })];
    server.refusal = problem('version_conflict', 412);
    const dialog = await edit('My title');
    expect(await within(dialog).findByText('Their title')).toBeDefined();
    expect(within(dialog).getByLabelText('Title')).toHaveProperty('value', 'My title');

    server.refusal = null;
    await userEvent.click(within(dialog).getByRole('button', { name: 'Save mine over it' }));
    await userEvent.click(within(dialog).getByRole('button', { name: 'Save changes' }));
    await waitFor(() => { expect(server.writes()).toHaveLength(2); });
    expect(server.writes()[1]?.headers.get('If-Match')).toBe('"2"');
    expect(server.writes()[1]?.body).toEqual({ title: 'My title' });
  });
});
