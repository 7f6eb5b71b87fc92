import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { task } from '../testing';
import { followByAsking } from './asking';
import type { Client } from './client';
import type { TransportListener } from './transport';

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

it('what was not answered is asked for again, as long as the task is followed', async () => {
  let down = true;
  const asked = vi.fn(() => Promise.resolve(down ? { ok: false, failure: { code: 'unreachable', status: null } } : { ok: true, value: task() }));
  const said = vi.fn();
  const following = followByAsking({ task: asked } as unknown as Client, { said } as unknown as TransportListener);
  following.join('t1');
  following.start();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked.mock.calls.length).toBeGreaterThan(1);
  expect(said).not.toHaveBeenCalled();
  down = false;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(said).toHaveBeenCalledExactlyOnceWith({ event: 'task:state', payload: task() });

  down = true;
  following.ask('t1');
  following.leave('t1');
  const before = asked.mock.calls.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked.mock.calls.length).toBe(before);
});

it('what was asked for too often is asked for when the server allows it', async () => {
  const refused = { ok: false, failure: { code: 'rate_limited', status: 429, retryAfterMs: 12_000 } };
  const asked = vi.fn().mockResolvedValueOnce(refused).mockResolvedValue({ ok: true, value: task() });
  const said = vi.fn();
  const following = followByAsking({ task: asked } as unknown as Client, { said } as unknown as TransportListener);
  following.start();
  following.join('t1');
  await vi.advanceTimersByTimeAsync(11_900);
  expect(asked).toHaveBeenCalledOnce();
  await vi.advanceTimersByTimeAsync(200);
  expect(said).toHaveBeenCalledExactlyOnceWith({ event: 'task:state', payload: task() });
});

it('an answer that was on its way when the task was taken away is not told, but asked for again', async () => {
  let release: () => void = () => undefined;
  const before = new Promise<void>((resolve) => { release = resolve; });
  const gone = { ok: false, failure: { code: 'not_found', status: 404 } };
  const asked = vi.fn(() => Promise.resolve<unknown>(gone)).mockReturnValueOnce(before.then(() => ({ ok: true, value: task() })));
  const said = vi.fn();
  const missing = vi.fn();
  const following = followByAsking({ task: asked } as unknown as Client, { said, missing } as unknown as TransportListener);
  following.start();
  following.join('t1');
  following.heard({ event: 'task:removed', payload: { taskId: 't1' } });
  release();
  await vi.advanceTimersByTimeAsync(0);
  expect(said).not.toHaveBeenCalled();
  expect(missing).toHaveBeenCalledExactlyOnceWith('t1');
});
