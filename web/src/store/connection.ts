/** What the page says about its connection, folded from what the socket reports. */
import type { ConnectionAck } from '../api/types';

/** Refusals that waiting does not mend: the exact messages of `connect_error`. */
export const refusals = [
  'unauthenticated',
  'token_expired',
  'feature_disabled',
  'too_many_connections',
  'origin_not_allowed',
] as const;

export type Refusal = (typeof refusals)[number];

export type Connection =
  | { kind: 'connecting' }
  | { kind: 'live'; ack: ConnectionAck | null; ending: boolean }
  | { kind: 'reconnecting' }
  | { kind: 'refused'; reason: Refusal | 'unknown' };

export type ConnectionSignal =
  | { type: 'connect' }
  | { type: 'ack'; ack: ConnectionAck }
  /** `retrying` is whether the client tries again by itself. */
  | { type: 'connect_error'; message: string; retrying: boolean }
  | { type: 'error'; code: string }
  | { type: 'expiring' }
  | { type: 'disconnect' }
  | { type: 'retry' };

export const initialConnection: Connection = { kind: 'connecting' };

export function applyToConnection(connection: Connection, signal: ConnectionSignal): Connection {
  switch (signal.type) {
    case 'connect':
      return { kind: 'live', ack: null, ending: false };
    case 'ack':
      return { kind: 'live', ack: signal.ack, ending: false };
    case 'expiring':
      return connection.kind === 'live' ? { ...connection, ending: true } : connection;
    case 'connect_error':
      if (signal.retrying) return { kind: 'reconnecting' };
      return { kind: 'refused', reason: asRefusal(signal.message) ?? 'unknown' };
    case 'error': {
      // Said before the server ends the connection; other errors are about one message only.
      const reason = asRefusal(signal.code);
      return reason ? { kind: 'refused', reason } : connection;
    }
    case 'disconnect':
      return connection.kind === 'refused' ? connection : { kind: 'reconnecting' };
    case 'retry':
      return { kind: 'connecting' };
  }
}

function asRefusal(code: string): Refusal | undefined {
  return refusals.find((refusal) => refusal === code);
}
