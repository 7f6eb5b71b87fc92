import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openSocket } from './socket';
import type { TransportListener } from './transport';

/** Stands for the server's end: what was sent, and how each of it is answered. */
interface Wire {
  connected: boolean;
  hear: Map<string, (payload?: unknown) => void>;
  sent: { event: string; payload: unknown }[];
  answer: (event: string) => unknown;
}

const wire = vi.hoisted((): Wire => ({
  connected: false,
  hear: new Map(),
  sent: [],
  answer: () => ({ ok: true }),
}));

vi.mock('socket.io-client', () => ({
  io: () => ({
    get connected() { return wire.connected; },
    io: { engine: { on: () => undefined } },
    on: (event: string, hear: () => void) => { wire.hear.set(event, hear); },
    connect: () => undefined,
    disconnect: () => undefined,
    removeAllListeners: () => undefined,
    emit: (event: string, payload: unknown) => { wire.sent.push({ event, payload }); },
    timeout: () => ({
      emitWithAck: (event: string, payload: unknown) => {
        wire.sent.push({ event, payload });
        return Promise.resolve(wire.answer(event));
      },
    }),
  }),
}));

const nothing = () => undefined;
const listener = {
  opened: nothing, acknowledged: nothing, said: nothing, heard: nothing, missing: nothing, restarted: nothing, expiring: nothing, closed: nothing,
} satisfies TransportListener;
const tokensSent = () => wire.sent.filter(({ event }) => event === 'auth:refresh').map(({ payload }) => payload);
const connect = () => {
  wire.connected = true;
  wire.hear.get('connect')?.();
};

let close: () => void;
function opened() {
  const socket = openSocket('first', listener);
  close = socket.close;
  socket.open();
  return socket;
}

beforeEach(() => {
  vi.useFakeTimers();
  wire.connected = false;
  wire.sent = [];
  wire.answer = () => ({ ok: true });
});
afterEach(() => {
  close();
  vi.useRealTimers();
});

it('another token is sent again when the server had no time for it, as soon as it allows, and no more once it is taken', async () => {
  const socket = opened();
  connect();
  let busy = true;
  wire.answer = (event) => (event === 'auth:refresh' && busy ? { ok: false, error: { code: 'rate_limited', detail: '', retryAfterMs: 5000 } } : { ok: true });
  socket.refresh('second');
  await vi.advanceTimersByTimeAsync(4900);
  expect(tokensSent()).toHaveLength(1);
  busy = false;
  await vi.advanceTimersByTimeAsync(60_000);
  wire.hear.get('resync_required')?.();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tokensSent()).toEqual([{ token: 'second' }, { token: 'second' }]);
});

it('another token that comes while the socket connects is sent when it is connected', async () => {
  const socket = opened();
  socket.refresh('second');
  connect();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tokensSent()).toEqual([{ token: 'second' }]);
});

it.each(['unauthenticated', 'token_expired', 'forbidden'])('a token that the server does not take is not sent again: %s', async (code) => {
  const socket = opened();
  connect();
  wire.answer = (event) => (event === 'auth:refresh' ? { ok: false, error: { code, detail: '' } } : { ok: true });
  socket.refresh('second');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tokensSent()).toHaveLength(1);
});
