import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Client } from '../api/client';
import { createLogin, type Login } from './login';

let login: Login | null = null;
interface Circumstances {
  demo?: boolean;
  endsInMs?: number | null;
  works?: boolean;
  accepted?: boolean;
}

function setUp({ demo = false, endsInMs = 600_000, works = true, accepted = true }: Circumstances = {}) {
  const replaced: string[] = [];
  const client = {
    demoToken: (user) =>
      Promise.resolve(works ? { ok: true, value: { token: `another for ${user}` } } : { ok: false, failure: { code: 'unreachable', status: null } }),
  } satisfies Partial<Client> as Partial<Client> as Client;
  const endsAt = endsInMs === null ? null : Date.now() + endsInMs;
  login = createLogin({
    client,
    user: 'alice',
    endsAt: () => endsAt,
    isDemo: () => demo,
    isAccepted: () => accepted,
    replaceToken: (token) => replaced.push(token),
  });
  return { login, replaced, endsAt };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  login?.stop();
  vi.useRealTimers();
});

describe('a login that ends', () => {
  it('is renewed in demo mode, when the server says so and in good time by itself', async () => {
    const { login: mine, replaced } = setUp({ demo: true });
    await mine.renew();
    expect(replaced).toEqual(['another for alice']);
    await vi.advanceTimersByTimeAsync(500_000);
    expect(replaced).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(replaced.length).toBeGreaterThan(1);
    expect(mine.ending.get()).toBeNull();
  });

  it('is said to end where the page cannot renew it, when it does', async () => {
    const { login: mine, replaced, endsAt } = setUp();
    await vi.advanceTimersByTimeAsync(500_000);
    expect(mine.ending.get()).toBeNull();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(mine.ending.get()).toEqual({ at: endsAt, over: false });
    expect(replaced).toEqual([]);
  });

  it('is not renewed over the login of somebody else', async () => {
    const { login: mine, replaced } = setUp({ demo: true });
    const renewing = mine.renew();
    mine.stop();
    await renewing;
    expect(replaced).toEqual([]);
  });

  it('is said to end when renewing it does not work', async () => {
    const { login: mine } = setUp({ demo: true, works: false, endsInMs: null });
    await mine.renew();
    expect(mine.ending.get()).not.toBeNull();
  });

  it('is said to be over at once when somebody comes back too late', () => {
    const { login: mine, endsAt } = setUp({ endsInMs: -3_600_000, accepted: false });
    expect(mine.ending.get()).toEqual({ at: endsAt, over: true });
  });

  it('is not said to be over by a clock that is wrong, while the server takes it', async () => {
    const { login: mine } = setUp({ endsInMs: -3_600_000 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(mine.ending.get()).toBeNull();
  });

  it('is over when the server says so, whatever the token says, until it takes one', async () => {
    const { login: mine } = setUp();
    await mine.refused();
    expect(mine.ending.get()).toMatchObject({ over: true });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(mine.ending.get()).toMatchObject({ over: true });
    mine.accepted();
    expect(mine.ending.get()).toBeNull();
  });

  it('is renewed in demo mode even when it is over', async () => {
    const { login: mine, replaced } = setUp({ demo: true, endsInMs: -1000, accepted: false });
    await vi.advanceTimersByTimeAsync(0);
    expect(replaced).toEqual(['another for alice']);
    expect(mine.ending.get()).toBeNull();
  });
});
