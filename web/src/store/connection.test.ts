import { describe, expect, it } from 'vitest';
import { applyToConnection, initialConnection, refusals, type ConnectionSignal } from './connection';

function fold(...signals: ConnectionSignal[]) {
  return signals.reduce(applyToConnection, initialConnection);
}

const ack = {
  user: { id: 'alice', name: 'Alice', roles: [], teams: [], repos: null, expiresAt: '' },
  instanceId: 'i1',
  protocolVersion: 1,
  serverTime: '',
  expiresAt: '',
};

describe('the connection', () => {
  it('is live once connected', () => {
    expect(initialConnection.kind).toBe('connecting');
    expect(fold({ type: 'connect' }, { type: 'ack', ack })).toEqual({ kind: 'live', ack, ending: false });
  });

  it('is reconnecting while the client tries again by itself', () => {
    expect(fold({ type: 'connect' }, { type: 'disconnect' }).kind).toBe('reconnecting');
    expect(fold({ type: 'connect_error', message: 'xhr poll error', retrying: true }).kind).toBe('reconnecting');
  });

  it.each(refusals)('says %s when the server does', (reason) => {
    expect(fold({ type: 'connect_error', message: reason, retrying: false })).toEqual({ kind: 'refused', reason });
  });

  it('has words for a refusal it does not know', () => {
    expect(fold({ type: 'connect_error', message: 'teapot', retrying: false })).toEqual({ kind: 'refused', reason: 'unknown' });
  });

  it('remembers why the server ended it', () => {
    expect(fold({ type: 'connect' }, { type: 'error', code: 'token_expired' }, { type: 'disconnect' })).toEqual({
      kind: 'refused',
      reason: 'token_expired',
    });
  });

  it('warns before the login ends', () => {
    expect(fold({ type: 'connect' }, { type: 'ack', ack }, { type: 'expiring' })).toMatchObject({ ending: true });
  });
});
