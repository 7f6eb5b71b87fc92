import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { added, entry, task } from '../testing';
import { TaskDetail } from './TaskDetail';
import { openDatabase } from '../offline/database';
import { exactTime } from './moments';
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

  it('says how fresh it is, and the exact times without a pointer to hover with', async () => {
    await show(task({ createdAt: '2026-11-20T17:24:00.000Z' }));
    expect(await screen.findByText('Live')).toBeDefined();
    const facts = screen.getByRole('complementary', { name: 'Facts' });
    expect(facts.textContent).toContain(exactTime(Date.parse('2026-11-20T17:24:00.000Z')));
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

  it('keeps an answer that somebody else was faster with, beside theirs, and posts it as a comment', async () => {
    server.refusal = problem('already_answered', 409, { detail: 'Question q1 has been answered' });
    await show(asking);
    await userEvent.type(screen.getByLabelText('Which provider?'), 'Neither');
    const answered = { ...question, answer: 'Adyen', answeredBy: { id: 'bob', name: 'Bob' } };
    server.tasks = [task({ version: 3, status: 'analyzing', questions: [answered], events: [entry(1), entry(2), entry(3)] })];
    await userEvent.click(screen.getByRole('button', { name: 'Send answer' }));

    const form = await screen.findByRole('form', { name: 'Your answer was not sent' });
    expect(form.textContent).toContain('Question q1 has been answered');
    expect(within(form).getByRole('status').textContent).toContain('Answered by Bob while you were writing: “Adyen”');
    expect(within(form).getByLabelText('Which provider?')).toHaveProperty('value', 'Neither');

    server.refusal = null;
    await userEvent.click(within(form).getByRole('button', { name: 'Post as a comment' }));
    await waitFor(() => { expect(screen.queryByRole('form', { name: 'Your answer was not sent' })).toBeNull(); });
    expect(server.writes()[1]).toMatchObject({ path: '/api/tasks/t1/comments', body: { text: '> Which provider?\n\nNeither' } });
  });

  it('keeps an answer that is being written when the question is closed, and the focus in it', async () => {
    await show(asking);
    await userEvent.type(screen.getByLabelText('Which provider?'), 'Neith');
    act(() => {
      server.say({
        event: 'task:state',
        payload: task({ version: 2, status: 'cancelled', questions: [question], events: [entry(1), entry(2, { type: 'cancelled', data: { reason: null } })] }),
      });
    });
    expect(await screen.findByText(/This question is no longer asked/)).toBeDefined();
    await userEvent.keyboard('er');
    expect(screen.getByLabelText('Which provider?')).toHaveProperty('value', 'Neither');
    await userEvent.click(screen.getByRole('button', { name: 'Discard' }));
    expect(screen.queryByLabelText('Which provider?')).toBeNull();
  });

  it('keeps what is written on while a comment or an answer is being sent', async () => {
    await show(asking);
    let answer: () => void = () => undefined;
    server.hold = new Promise((resolve) => { answer = resolve; });
    await userEvent.type(screen.getByLabelText('Comment'), 'First');
    await userEvent.click(screen.getByRole('button', { name: 'Comment' }));
    await userEvent.type(screen.getByLabelText('Comment'), ' and more');
    await userEvent.type(screen.getByLabelText('Which provider?'), 'Adyen');
    await userEvent.click(screen.getByRole('button', { name: 'Send answer' }));
    await userEvent.type(screen.getByLabelText('Which provider?'), ', I think');
    answer();
    await waitFor(() => { expect(screen.queryByRole('button', { name: 'Sending…' })).toBeNull(); });
    expect(server.writes().map(({ body }) => body)).toEqual([{ text: 'First' }, { answers: [{ questionId: 'q1', answer: 'Adyen' }] }]);
    expect(screen.getByLabelText('Comment')).toHaveProperty('value', 'First and more');
    expect(screen.getByLabelText('Which provider?')).toHaveProperty('value', 'Adyen, I think');
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

  it('has the focus on its title once what had it is gone with a retry', async () => {
    const heading = await show(task({ status: 'failed', error: { code: 'github_unavailable', message: 'GitHub did not answer' } }));
    await userEvent.click(await screen.findByRole('button', { name: 'Retry' }));
    const dialog = await screen.findByRole('dialog', { name: 'Retry this task' });
    server.tasks = [task({ version: 2, status: 'analyzing', events: [entry(1), entry(2, { type: 'retried', data: { reason: null } })] })];
    await userEvent.click(within(dialog).getByRole('button', { name: 'Retry' }));
    await waitFor(() => { expect(screen.queryByRole('dialog')).toBeNull(); });
    act(() => { server.say({ event: 'task:state', payload: server.tasks[0] ?? task() }); });
    await waitFor(() => { expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull(); });
    expect(document.activeElement).toBe(heading);
  });

  it('has the focus on the heading of its timeline once there are no older entries to load', async () => {
    const all = Array.from({ length: 30 }, (_, place) => entry(place + 1, { at: '2026-11-20T17:24:00.000Z' }));
    const asked = task({ version: 30, eventsFrom: 1, events: all });
    await show({ ...asked, eventsFrom: 11, events: all.slice(10) });
    server.tasks = [asked];
    await userEvent.click(await screen.findByRole('button', { name: 'Show earlier entries' }));
    await waitFor(() => { expect(screen.queryByRole('button', { name: 'Show earlier entries' })).toBeNull(); });
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Timeline' }));
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
    await userEvent.click(within(dialog).getByRole('button', { name: 'Keep mine' }));
    await userEvent.click(within(dialog).getByRole('button', { name: 'Save changes' }));
    await waitFor(() => { expect(server.writes()).toHaveLength(2); });
    expect(server.writes()[1]?.headers.get('If-Match')).toBe('"2"');
    expect(server.writes()[1]?.body).toEqual({ title: 'My title' });
  });

  it('takes nothing back that somebody else changed in other fields', async () => {
    await show(task({ description: 'Old' }));
    server.tasks = [task({ version: 2, title: 'Their title', description: 'Theirs', events: [entry(1), entry(2)] })];
    server.refusal = problem('version_conflict', 412);
    const dialog = await edit('My title');
    await within(dialog).findByText('Their title');
    expect(within(dialog).getByLabelText('Description')).toHaveProperty('value', 'Theirs');
    server.refusal = null;
    await userEvent.click(within(dialog).getByRole('button', { name: 'Keep mine' }));
    await userEvent.click(within(dialog).getByRole('button', { name: 'Save changes' }));
    await waitFor(() => { expect(server.writes()).toHaveLength(2); });
    expect(server.writes()[1]?.body).toEqual({ title: 'My title' });
  });

  it('is not stopped by what happened beside it: a comment, or a field that was not touched', async () => {
    await show(task());
    server.tasks = [task({ version: 2, description: 'Theirs', events: [entry(1), entry(2)] })];
    server.refuse = ({ headers }) => (headers.get('If-Match') === '"2"' ? null : problem('version_conflict', 412));
    await edit('My title');
    await waitFor(() => { expect(screen.queryByRole('dialog', { name: 'Edit task' })).toBeNull(); });
    expect(server.writes().map(({ body, headers }) => [headers.get('If-Match'), body])).toEqual([
      ['"1"', { title: 'My title' }],
      ['"2"', { title: 'My title' }],
    ]);
  });

  it('keeps what was written when the dialog is closed, until it is discarded', async () => {
    await show(task());
    const open = async () => {
      await userEvent.click(await screen.findByRole('button', { name: 'Edit' }));
      return screen.findByRole('dialog', { name: 'Edit task' });
    };
    await userEvent.type(within(await open()).getByLabelText('Title'), ' again');
    await userEvent.click(screen.getByRole('button', { name: 'Close' }));
    const dialog = await open();
    expect(within(dialog).getByLabelText('Title')).toHaveProperty('value', 'Fix payment bug again');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Discard changes' }));
    expect(within(await open()).getByLabelText('Title')).toHaveProperty('value', 'Fix payment bug');
  });

  it('is closed by a click on the backdrop, but not by a selection that ends there', async () => {
    await show(task());
    await userEvent.click(await screen.findByRole('button', { name: 'Edit' }));
    const dialog = await screen.findByRole('dialog', { name: 'Edit task' });
    const title = within(dialog).getByLabelText('Title');
    await userEvent.pointer([{ keys: '[MouseLeft>]', target: title }, { target: dialog }, { keys: '[/MouseLeft]', target: dialog }]);
    expect(screen.getByRole('dialog', { name: 'Edit task' })).toBeDefined();
    await userEvent.click(dialog);
    expect(screen.queryByRole('dialog', { name: 'Edit task' })).toBeNull();
  });
});
