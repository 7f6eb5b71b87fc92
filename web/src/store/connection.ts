/** What the page knows of its connection, folded from what the transports report. */

export type TransportKind = 'websocket' | 'sse' | 'polling';

export interface Connection {
  /**
   * `connecting` while a try is under way, `disconnected` between tries; `error` after ten failures
   * in a row or a refusal that waiting does not mend (it may still be trying: see `retryAt`).
   */
  state: 'connected' | 'connecting' | 'disconnected' | 'error';
  transport: TransportKind;
  /** Why it is not connected, or was refused what it asked first: the server's word or the transport's. */
  code: string | null;
  /** Failures in a row. */
  attempts: number;
  /** When the next try comes by itself, on the page's clock; `null`: none is planned. */
  retryAt: number | null;
  /** Since when it is in this state, on the page's clock. */
  since: number;
}

export type ConnectionSignal =
  | { type: 'connecting'; transport: TransportKind }
  | { type: 'connected'; transport: TransportKind }
  /** A try failed or a connection ended; `retryAt` as in `Connection`, `final` if waiting does not help. */
  | { type: 'failed'; code: string; retryAt: number | null; final: boolean }
  /** Closed by the page itself, for a while. */
  | { type: 'paused' }
  /** Connected for long enough to forget earlier failures. */
  | { type: 'stable' };

/** After so many failures in a row the page asks for attention. */
const manyFailures = 10;

export function initialConnection(now: number): Connection {
  return { state: 'connecting', transport: 'websocket', code: null, attempts: 0, retryAt: null, since: now };
}

export function applyToConnection(connection: Connection, signal: ConnectionSignal, now: number): Connection {
  const next = signalled(connection, signal);
  return next.state === connection.state ? next : { ...next, since: now };
}

function signalled(connection: Connection, signal: ConnectionSignal): Connection {
  switch (signal.type) {
    case 'connecting':
      return {
        ...connection,
        // What asks for attention keeps asking until it is mended.
        state: connection.state === 'error' ? 'error' : 'connecting',
        transport: signal.transport,
        retryAt: null,
      };
    case 'connected':
      return { ...connection, state: 'connected', transport: signal.transport, code: null, retryAt: null };
    case 'failed': {
      const attempts = connection.attempts + 1;
      const state = signal.final || attempts >= manyFailures ? 'error' : 'disconnected';
      return { ...connection, state, code: signal.code, attempts, retryAt: signal.retryAt };
    }
    case 'paused':
      return { ...connection, state: 'disconnected', code: null, retryAt: null };
    case 'stable':
      return { ...connection, attempts: 0 };
  }
}

/**
 * What to do about a refusal, by its name:
 * `later` try again, waiting longer each time; `seldom` try again, but not soon; `token` wait for
 * another token; `other` take another transport; `never` wait for the user.
 */
export type Remedy = 'later' | 'seldom' | 'token' | 'other' | 'never';

const remedies: Partial<Record<string, Remedy>> = {
  // The exact messages of `connect_error`.
  unauthenticated: 'token',
  token_expired: 'token',
  feature_disabled: 'other',
  too_many_connections: 'seldom',
  origin_not_allowed: 'never',
  // What `error` says before the server ends a connection, and what a handshake or stream answers.
  rate_limited: 'seldom',
  busy: 'later',
  internal: 'later',
  store_unavailable: 'later',
  unavailable: 'later',
  draining: 'later',
  forbidden: 'never',
  // What the transports say themselves.
  unreachable: 'later',
  closed: 'later',
  timeout: 'later',
  blocked: 'other',
};

/** The remedy for a code; what is not known may pass. */
export function remedyFor(code: string): Remedy {
  return remedies[code] ?? 'later';
}

/** Whether neither time nor another transport mends a refusal: another token is needed, or another place. */
export function isForGood(code: string | null): boolean {
  const remedy = remedyFor(code ?? '');
  return remedy === 'token' || remedy === 'never';
}
