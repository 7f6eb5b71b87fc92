import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLive, type LiveListener } from './live';
import type { End, Transport, TransportListener } from './transport';
import type { Features } from './types';
import type { TransportKind } from '../store/connection';

const everything: Features = { websocket: true, sse: true, pollIntervalMs: 5000, protocolVersion: 1, demo: false };

interface Opened {
  kind: TransportKind;
  listener: TransportListener;
  transport: { [Call in keyof Omit<Transport, 'kind'>]: ReturnType<typeof vi.fn> };
}

function setUp() {
  const world = { features: everything, reachable: true, answers: true };
  const opened: Opened[] = [];
  const listener = {
    connected: vi.fn(), lost: vi.fn(), acknowledged: vi.fn(), said: vi.fn(), heard: vi.fn(), missing: vi.fn(), restarted: vi.fn(), expiring: vi.fn(),
  } satisfies LiveListener;
  const live = createLive({
    open: (kind, of) => {
      const transport = {
        open: vi.fn(), close: vi.fn(), join: vi.fn(), leave: vi.fn(), resync: vi.fn(), resyncDashboard: vi.fn(), refresh: vi.fn(),
        probe: vi.fn(() => Promise.resolve(world.answers)),
      };
      opened.push({ kind, listener: of, transport });
      return { kind, ...transport };
    },
    listener,
    features: () => world.features,
    askFeatures: () => Promise.resolve(),
    isReachable: () => Promise.resolve(world.reachable),
    // The ceiling itself: the longest pause that chance allows.
    random: () => 1,
  });
  const last = () => {
    const newest = opened.at(-1);
    if (!newest) throw new Error('nothing was opened');
    return newest;
  };
  const end = async (how: End) => {
    last().listener.closed(how);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { world, opened, listener, live, last, end, connection: live.connection.get };
}

function hide(hidden: boolean) {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(hidden);
  document.dispatchEvent(new Event('visibilitychange'));
}

let stop: () => void = () => undefined;
function started() {
  const all = setUp();
  all.live.start();
  stop = all.live.stop;
  return all;
}

/** The socket fails twice, and a stream is open instead. */
async function fallsBack({ end, last }: ReturnType<typeof started>) {
  await end({ code: 'unreachable' });
  await vi.advanceTimersByTimeAsync(1000);
  await end({ code: 'unreachable' });
  const stream = last();
  stream.listener.opened();
  return stream;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe('the connection', () => {
  it('is connecting, then connected, and says that it is the first time', () => {
    const { last, connection, listener } = started();
    expect(connection()).toMatchObject({ state: 'connecting', transport: 'websocket' });
    last().listener.opened();
    expect(connection()).toMatchObject({ state: 'connected', attempts: 0, code: null });
    expect(listener.connected.mock.calls).toEqual([[false]]);
  });

  it('comes back for ever, waiting up to thirty seconds, and says when it is a reconnect', async () => {
    const { world, last, end, opened, connection, listener } = started();
    last().listener.opened();
    world.reachable = false;
    await end({ code: 'closed' });
    const waits: number[] = [];
    for (let attempt = 0; attempt < 14; attempt += 1) {
      const { retryAt } = connection();
      const before = opened.length;
      waits.push((retryAt ?? 0) - Date.now());
      await vi.advanceTimersByTimeAsync(waits.at(-1) ?? 0);
      expect(opened).toHaveLength(before + 1);
      await end({ code: 'unreachable' });
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, ...Array<number>(9).fill(30_000)]);
    expect(connection().state).toBe('error');
    await vi.advanceTimersByTimeAsync(30_000);
    last().listener.opened();
    expect(connection().state).toBe('connected');
    expect(listener.connected.mock.calls).toEqual([[false], [true]]);
    expect(listener.lost).toHaveBeenCalledTimes(1);
  });

  it('asks for attention after ten failures, not before', async () => {
    const { world, end, connection } = started();
    world.reachable = false;
    for (let failures = 1; failures <= 10; failures += 1) {
      await end({ code: 'unreachable' });
      expect(connection()).toMatchObject({ state: failures < 10 ? 'disconnected' : 'error', attempts: failures });
      await vi.advanceTimersByTimeAsync(30_000);
    }
  });

  it('forgets earlier failures only after thirty seconds of holding', async () => {
    const { last, end, connection } = started();
    for (let blip = 0; blip < 3; blip += 1) {
      last().listener.opened();
      await vi.advanceTimersByTimeAsync(29_999);
      await end({ code: 'closed' });
      await vi.advanceTimersByTimeAsync(30_000);
    }
    expect(connection().attempts).toBe(3);
    last().listener.opened();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(connection().attempts).toBe(0);
  });

  it.each([
    ['unauthenticated', 'error', false],
    ['token_expired', 'error', false],
    ['origin_not_allowed', 'error', false],
    ['too_many_connections', 'error', true],
    ['rate_limited', 'error', true],
    ['unavailable', 'disconnected', true],
    ['draining', 'disconnected', true],
    ['something_new', 'disconnected', true],
  ])('knows what to do about %s', async (code, state, tries) => {
    const { end, opened, connection } = started();
    await end({ code });
    expect(connection()).toMatchObject({ state, code });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(opened.length > 1).toBe(tries);
  });

  it('waits as long as the server asks', async () => {
    const { end, opened } = started();
    await end({ code: 'draining', retryAfterMs: 12_000 });
    await vi.advanceTimersByTimeAsync(11_999);
    expect(opened).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(opened).toHaveLength(2);
  });

  it('does not wait when the page wakes up, nor when the user says so', async () => {
    const { world, end, opened, live } = started();
    world.reachable = false;
    await end({ code: 'unreachable' });
    window.dispatchEvent(new Event('online'));
    expect(opened).toHaveLength(2);
    await end({ code: 'unreachable' });
    await vi.advanceTimersByTimeAsync(1000);
    window.dispatchEvent(new Event('pageshow'));
    expect(opened).toHaveLength(3);
    await end({ code: 'unreachable' });
    await vi.advanceTimersByTimeAsync(1000);
    hide(false);
    expect(opened).toHaveLength(4);
    await end({ code: 'unreachable' });
    live.reconnect();
    expect(opened).toHaveLength(5);
  });

  it('takes one try for a flock of wake-ups', async () => {
    const { world, end, opened } = started();
    world.reachable = false;
    await end({ code: 'unreachable' });
    window.dispatchEvent(new Event('online'));
    await end({ code: 'unreachable' });
    window.dispatchEvent(new Event('pageshow'));
    expect(opened).toHaveLength(2);
  });

  it('is asked for an answer when the page wakes up, and opened anew if none comes', async () => {
    const { world, last, opened, listener } = started();
    last().listener.opened();
    window.dispatchEvent(new Event('online'));
    hide(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(last().transport.probe).toHaveBeenCalledTimes(1);
    expect(opened).toHaveLength(1);
    world.answers = false;
    window.dispatchEvent(new Event('pageshow'));
    await vi.advanceTimersByTimeAsync(0);
    expect(listener.lost).toHaveBeenCalledTimes(1);
    expect(opened).toHaveLength(2);
    last().listener.opened();
    expect(listener.connected.mock.calls).toEqual([[false], [true]]);
  });

  it('is believed lost when the browser is offline and the server is not there, but not otherwise', async () => {
    const { world, last, connection } = started();
    last().listener.opened();
    window.dispatchEvent(new Event('offline'));
    await vi.advanceTimersByTimeAsync(0);
    expect(connection().state).toBe('connected');
    world.reachable = false;
    window.dispatchEvent(new Event('offline'));
    await vi.advanceTimersByTimeAsync(0);
    expect(connection().state).toBe('disconnected');
  });

  it('goes on with another token: on the connection there is, or on a new one', async () => {
    const { last, end, opened, live } = started();
    last().listener.opened();
    live.tokenChanged('second');
    expect(last().transport.refresh).toHaveBeenCalledWith('second');
    await end({ code: 'token_expired' });
    await end({ code: 'token_expired' });
    live.tokenChanged('third');
    expect(opened).toHaveLength(3);
  });

  it('goes on with the token there is when the one of a connection has ended, once', async () => {
    const { last, end, opened, live, connection } = started();
    last().listener.opened();
    live.tokenChanged('second');
    // The server did not take it in time.
    await end({ code: 'token_expired' });
    expect(opened).toHaveLength(2);
    expect(connection().state).toBe('connecting');
    await end({ code: 'token_expired' });
    expect(connection()).toMatchObject({ state: 'error', retryAt: null });
    expect(opened).toHaveLength(2);
  });

  it('follows tasks over every reconnect, until the last follower leaves', async () => {
    const { last, end, live } = started();
    const leave = live.follow('t1');
    const leaveToo = live.follow('t1');
    last().listener.opened();
    await end({ code: 'closed' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(last().transport.join).toHaveBeenCalledWith('t1');
    leave();
    expect(last().transport.leave).not.toHaveBeenCalled();
    leaveToo();
    expect(last().transport.leave).toHaveBeenCalledWith('t1');
  });

  it('takes no notice of a transport that it has let go of', () => {
    const { opened, live, listener, connection } = started();
    live.reconnect();
    opened[0]?.listener.opened();
    opened[0]?.listener.expiring(1);
    expect(connection().state).toBe('connecting');
    expect(listener.expiring).not.toHaveBeenCalled();
    expect(opened[0]?.transport.close).toHaveBeenCalled();
  });
});

describe('the transport', () => {
  it('is a stream at once where the flag is off', () => {
    const { world, live, last } = setUp();
    stop = live.stop;
    world.features = { ...everything, websocket: false };
    live.start();
    expect(last().kind).toBe('sse');
  });

  it('is a stream when the server says that the flag is off', async () => {
    const { world, end, last, connection } = started();
    world.features = { ...everything, websocket: false };
    await end({ code: 'feature_disabled' });
    expect(last().kind).toBe('sse');
    last().listener.opened();
    expect(connection()).toMatchObject({ state: 'connected', transport: 'sse', code: null });
  });

  it('is polling where neither socket nor stream is allowed', () => {
    const { world, live, last } = setUp();
    stop = live.stop;
    world.features = { ...everything, websocket: false, sse: false };
    live.start();
    expect(last().kind).toBe('polling');
  });

  it('is a stream, then polling, where the better one fails twice while the server answers', async () => {
    const { end, opened } = started();
    for (let failures = 0; failures < 4; failures += 1) {
      await end({ code: 'unreachable' });
      await vi.advanceTimersByTimeAsync(2000);
    }
    expect(opened.map(({ kind }) => kind)).toEqual(['websocket', 'websocket', 'sse', 'sse', 'polling']);
  });

  it('stays a socket while the server is not there at all', async () => {
    const { world, end, opened } = started();
    world.reachable = false;
    for (let failures = 0; failures < 5; failures += 1) {
      await end({ code: 'unreachable' });
      await vi.advanceTimersByTimeAsync(30_000);
    }
    expect(new Set(opened.map(({ kind }) => kind))).toEqual(new Set(['websocket']));
  });

  it('becomes a socket again once one opens in the background, and is not given up before', async () => {
    const all = started();
    const { end, opened, last, connection } = all;
    const stream = await fallsBack(all);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(last().kind).toBe('websocket');
    expect(connection()).toMatchObject({ state: 'connected', transport: 'sse' });
    await end({ code: 'unreachable' });
    expect(connection()).toMatchObject({ state: 'connected', transport: 'sse' });
    await vi.advanceTimersByTimeAsync(120_000);
    last().listener.opened();
    expect(connection()).toMatchObject({ state: 'connected', transport: 'websocket' });
    expect(stream.transport.close).toHaveBeenCalled();
    expect(opened).toHaveLength(5);
  });

  it('follows on the one that is being tried, too, what is followed or left meanwhile', async () => {
    const all = started();
    const { last, live } = all;
    const leave = live.follow('before');
    const stream = await fallsBack(all);
    await vi.advanceTimersByTimeAsync(120_000);
    live.follow('meanwhile');
    leave();
    expect(last().kind).toBe('websocket');
    for (const { transport } of [stream, last()]) {
      expect(transport.join.mock.calls).toEqual([['before'], ['meanwhile']]);
      expect(transport.leave.mock.calls).toEqual([['before']]);
    }
  });

  it('follows the features without a reload, both ways', () => {
    const { world, live, last } = started();
    last().listener.opened();
    world.features = { ...everything, websocket: false };
    live.featuresChanged();
    expect(last().kind).toBe('sse');
    last().listener.opened();
    world.features = everything;
    live.featuresChanged();
    expect(last().kind).toBe('websocket');
  });

  it('is closed while the page is hidden if it is a stream, and opened when it is seen', () => {
    const { world, live, last, opened, connection } = setUp();
    stop = live.stop;
    world.features = { ...everything, websocket: false };
    live.start();
    last().listener.opened();
    hide(true);
    expect(last().transport.close).toHaveBeenCalled();
    expect(connection()).toMatchObject({ state: 'disconnected', retryAt: null });
    hide(false);
    expect(opened).toHaveLength(2);
  });

  it('opens no stream in place of polling once the page is hidden', async () => {
    const { world, live, last, opened, end, connection } = setUp();
    stop = live.stop;
    world.features = { ...everything, websocket: false };
    live.start();
    for (let failures = 1; failures <= 2; failures += 1) {
      await end({ code: 'unreachable' });
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(last().kind).toBe('polling');
    last().listener.opened();
    await vi.advanceTimersByTimeAsync(120_000);
    const stream = last();
    expect([stream.kind, opened.length]).toEqual(['sse', 4]);
    hide(true);
    expect(stream.transport.close).toHaveBeenCalled();
    stream.listener.opened();
    expect(connection()).toMatchObject({ state: 'disconnected', retryAt: null });
    hide(false);
    expect(opened).toHaveLength(5);
    last().listener.opened();
    expect(connection().state).toBe('connected');
  });

  it('is opened however quickly the page is seen, hidden and seen again', async () => {
    const { world, live, last, opened, connection } = setUp();
    stop = live.stop;
    world.features = { ...everything, websocket: false };
    live.start();
    last().listener.opened();
    hide(true);
    await vi.advanceTimersByTimeAsync(5000);
    hide(false);
    await vi.advanceTimersByTimeAsync(300);
    hide(true);
    await vi.advanceTimersByTimeAsync(300);
    hide(false);
    await vi.advanceTimersByTimeAsync(400);
    expect(opened).toHaveLength(3);
    last().listener.opened();
    expect(connection().state).toBe('connected');
  });

  it('stays open while the page is hidden if it is a socket', () => {
    const { last, connection } = started();
    last().listener.opened();
    hide(true);
    expect(connection().state).toBe('connected');
  });
});
