import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { task } from '../testing';
import { NewTaskForm } from './NewTaskForm';

afterEach(cleanup);

function answer(status: number, body: unknown) {
  return new Response(JSON.stringify(body), { status });
}

function serve(...answers: (() => Promise<Response>)[]) {
  const fetch = vi.fn<typeof globalThis.fetch>();
  for (const give of answers) fetch.mockImplementationOnce(give);
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

function sent(fetch: ReturnType<typeof serve>) {
  return fetch.mock.calls.map(([path, init]) => ({
    path,
    headers: new Headers(init?.headers),
    body: typeof init?.body === 'string' ? (JSON.parse(init.body) as unknown) : null,
  }));
}

async function write(title: string) {
  render(<NewTaskForm token="secret" />);
  await userEvent.type(screen.getByLabelText('Title'), title);
  await submit();
}

async function submit() {
  await userEvent.click(screen.getByRole('button', { name: 'Create task' }));
}

describe('the form for a new task', () => {
  it('sends the task with the token and a key, and is empty again', async () => {
    const fetch = serve(() => Promise.resolve(answer(201, task({ title: 'Fix it' }))));
    await write('Fix it');
    expect(await screen.findByText('Created “Fix it”.')).toBeDefined();
    expect(screen.getByLabelText('Title')).toHaveProperty('value', '');
    const [call] = sent(fetch);
    expect(call).toMatchObject({ path: '/api/tasks', body: { title: 'Fix it', description: '' } });
    expect(call?.headers.get('Authorization')).toBe('Bearer secret');
    expect(call?.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('shows an error by its field, keeps the text and goes there', async () => {
    serve(() =>
      Promise.resolve(
        answer(422, {
          type: 'about:blank',
          title: 'Validation failed',
          status: 422,
          code: 'validation_failed',
          detail: 'Some fields are not valid',
          errors: [{ field: 'title', message: 'must have at most 200 characters' }],
          requestId: 'r1',
        }),
      ),
    );
    await write('Too long');
    const field = await screen.findByLabelText('Title');
    await vi.waitFor(() => { expect(document.activeElement).toBe(field); });
    expect(field).toHaveProperty('value', 'Too long');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    const described = (field.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id));
    expect(described.map((element) => element?.textContent).join('')).toBe('Title must have at most 200 characters');
  });

  it('tries again with the same key when the answer was lost, so that there is one task', async () => {
    const fetch = serve(
      () => Promise.reject(new TypeError('Failed to fetch')),
      () => Promise.resolve(answer(200, task())),
    );
    await write('Once only');
    expect(await screen.findByText(/cannot be reached/)).toBeDefined();
    await submit();
    expect(await screen.findByText(/^Created/)).toBeDefined();
    const keys = sent(fetch).map(({ headers }) => headers.get('Idempotency-Key'));
    expect(keys[0]).toBe(keys[1]);
  });
});
