import { describe, expect, it } from 'vitest';
import { pause } from './backoff';
import { applyToConnection, initialConnection, remedyFor, type ConnectionSignal } from './connection';
import { freshness } from './freshness';

const fold = (...signals: ConnectionSignal[]) =>
  signals.reduce((connection, signal, n) => applyToConnection(connection, signal, n + 1), initialConnection(0));
const failed = (final = false): ConnectionSignal => ({ type: 'failed', code: 'unreachable', retryAt: 9, final });

describe('the connection', () => {
  it('knows since when it is as it is', () => {
    expect(initialConnection(0)).toMatchObject({ state: 'connecting', since: 0 });
    expect(fold({ type: 'connecting', transport: 'sse' }).since).toBe(0);
    expect(fold({ type: 'connecting', transport: 'sse' }, { type: 'connected', transport: 'sse' })).toMatchObject({
      state: 'connected', transport: 'sse', since: 2,
    });
  });

  it('keeps asking for attention while it tries again, until it is mended', () => {
    expect(fold(failed(true)).state).toBe('error');
    expect(fold(failed(true), { type: 'connecting', transport: 'websocket' }).state).toBe('error');
    expect(fold(failed(true), { type: 'connected', transport: 'websocket' })).toMatchObject({ state: 'connected', code: null });
  });

  it('counts failures in a row until it has been stable', () => {
    expect(fold(failed(), failed(), { type: 'connected', transport: 'websocket' }).attempts).toBe(2);
    expect(fold(failed(), { type: 'connected', transport: 'websocket' }, { type: 'stable' }).attempts).toBe(0);
  });

  it('is disconnected without a reason while the page itself has closed it', () => {
    expect(fold(failed(), { type: 'paused' })).toMatchObject({ state: 'disconnected', code: null, retryAt: null });
  });
});

describe('a refusal', () => {
  it.each([
    ['unauthenticated', 'token'],
    ['token_expired', 'token'],
    ['feature_disabled', 'other'],
    ['too_many_connections', 'seldom'],
    ['origin_not_allowed', 'never'],
    ['rate_limited', 'seldom'],
    ['unavailable', 'later'],
    ['something_new', 'later'],
  ])('%s is mended: %s', (code, remedy) => {
    expect(remedyFor(code)).toBe(remedy);
  });
});

describe('the pause before the next try', () => {
  it('is anything up to a ceiling that doubles from one second to thirty', () => {
    const ceilings = [1, 2, 3, 4, 5, 6, 7, 100].map((attempts) => pause(attempts, 1));
    expect(ceilings).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(pause(6, 0.5)).toBe(15_000);
    expect(pause(6, 0)).toBeGreaterThan(0);
  });
});

describe('how fresh a view is', () => {
  const connected = fold({ type: 'connected', transport: 'websocket' });
  const lost = fold(failed());

  it.each([
    ['live', { connection: connected, catchingUp: false, reachable: true, trueAt: 5 }, null],
    ['catching_up', { connection: connected, catchingUp: true, reachable: true, trueAt: 5 }, 5],
    ['polling', { connection: { ...connected, transport: 'polling' as const }, catchingUp: false, reachable: true, trueAt: 5 }, null],
    ['stale', { connection: lost, catchingUp: true, reachable: true, trueAt: 5 }, 5],
    ['offline', { connection: lost, catchingUp: true, reachable: false, trueAt: 5 }, 5],
    ['catching_up', { connection: lost, catchingUp: true, reachable: true, trueAt: null }, null],
  ])('is %s', (kind, circumstances, since) => {
    expect(freshness(circumstances)).toEqual({ kind, since });
  });
});
