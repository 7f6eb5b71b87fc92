import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';

/** Clicks a notification of a task while these pages are open. */
async function click(...addresses: string[]) {
  const pages = addresses.map((path) => ({ url: `https://taskwire.example${path}`, postMessage: vi.fn(), focus: vi.fn() }));
  const openWindow = vi.fn();
  let told: (event: unknown) => void = () => undefined;
  let done: Promise<unknown> = Promise.resolve();
  const self = {
    addEventListener: (_name: string, listener: typeof told) => { told = listener; },
    clients: { matchAll: () => Promise.resolve(pages), openWindow },
  };
  runInNewContext(readFileSync('public/notification-click.js', 'utf8'), { self, URL, encodeURIComponent });
  told({
    notification: { close: vi.fn(), data: { taskId: 't1', version: 2 } },
    waitUntil: (work: Promise<unknown>) => { done = work; },
  });
  await done;
  const asked = pages.filter(({ postMessage }) => postMessage.mock.calls.length > 0);
  expect(asked).toEqual(pages.filter(({ focus }) => focus.mock.calls.length > 0));
  return { asked: asked.map(({ url }) => new URL(url).pathname), opened: openWindow.mock.calls.flat() };
}

describe('a click on a notification', () => {
  it('shows the task in the dashboard, though another page of the server is in front', async () => {
    expect(await click('/api/docs', '/tasks/t7?status=failed')).toEqual({ asked: ['/tasks/t7'], opened: [] });
    expect(await click('/?view=board')).toEqual({ asked: ['/'], opened: [] });
  });

  it('opens the task when no page shows the dashboard', async () => {
    expect(await click('/api/docs', '/tasks-elsewhere')).toEqual({ asked: [], opened: ['/tasks/t1'] });
    expect(await click()).toEqual({ asked: [], opened: ['/tasks/t1'] });
  });
});
