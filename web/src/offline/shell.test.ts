import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followUpdates } from './shell';

const reload = vi.fn();
let answer: () => Promise<Response>;
let stop: () => void = () => undefined;

async function miss() {
  window.dispatchEvent(new Event('vite:preloadError'));
  await vi.advanceTimersByTimeAsync(0);
}

beforeEach(() => {
  vi.useFakeTimers();
  window.sessionStorage.clear();
  reload.mockClear();
  answer = () => Promise.resolve(new Response());
  vi.stubGlobal('fetch', () => answer());
  stop = followUpdates(reload);
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe('a part of the page that is gone', () => {
  it('has the newer page loaded, once', async () => {
    await miss();
    expect(reload).toHaveBeenCalledTimes(1);
    await miss();
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('has nothing loaded while the server does not answer, and the newer page once it does', async () => {
    answer = () => Promise.reject(new TypeError('Failed to fetch'));
    await miss();
    answer = () => Promise.resolve(new Response(null, { status: 502 }));
    await miss();
    expect(reload).not.toHaveBeenCalled();
    answer = () => Promise.resolve(new Response());
    await miss();
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('may have a newer page loaded again later', async () => {
    await miss();
    await vi.advanceTimersByTimeAsync(60_000);
    await miss();
    expect(reload).toHaveBeenCalledTimes(2);
  });
});
