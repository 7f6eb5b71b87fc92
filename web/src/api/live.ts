/**
 * Keeps the page connected, whatever happens: picks the transport, comes back after every end, and
 * says what it is doing. It knows no tasks.
 */
import { pause } from '../store/backoff';
import {
  applyToConnection,
  initialConnection,
  isForGood,
  remedyFor,
  type Connection,
  type ConnectionSignal,
  type TransportKind,
} from '../store/connection';
import { cell, type Observable } from '../store/observable';
import type { End, Transport, TransportListener } from './transport';
import type { Features } from './types';

export interface Live {
  connection: Observable<Connection>;
  start: () => void;
  stop: () => void;
  /** Tries now, whatever was planned. */
  reconnect: () => void;
  /** Follows a task from now on, over every reconnect; returns the undo. */
  follow: (taskId: string) => () => void;
  /** Enters the room of a task anew, if it is followed. */
  rejoin: (taskId: string) => void;
  /** Asks for what is newer than `version` of a task. */
  resync: (taskId: string, version: number | null) => void;
  resyncDashboard: () => void;
  /** Another token of the same user is there. */
  tokenChanged: (token: string) => void;
  /** The features may have changed: takes the transport they allow. */
  featuresChanged: () => void;
}

export interface LiveListener extends Omit<TransportListener, 'opened' | 'closed'> {
  /** Connected; `again`: not for the first time. */
  connected: (again: boolean) => void;
  /** Not connected any more. */
  lost: () => void;
}

export interface LiveOptions {
  open: (kind: TransportKind, listener: TransportListener) => Transport;
  listener: LiveListener;
  features: () => Features | null;
  /** Asks the server for the features, again. */
  askFeatures: () => Promise<unknown>;
  isReachable: () => Promise<boolean>;
  now?: () => number;
  random?: () => number;
}

/** So long a connection must hold until earlier failures are forgotten. */
const stableMs = 30_000;
/** Failures of one transport, while the server answers otherwise, until another is taken. */
const failuresUntilBlocked = 2;
/** After so long a transport that was blocked is tried again, in the background. */
const blockedMs = 120_000;
/** For refusals that time may mend, but not soon. */
const seldomMs = 30_000;
/** Wake-ups come in flocks: one try is enough. */
const wakeMs = 1000;

export function createLive(options: LiveOptions): Live {
  const { open, listener, features, askFeatures, isReachable } = options;
  const now = options.now ?? Date.now;
  const random = options.random ?? Math.random;

  const connection = cell(initialConnection(now()));
  const followed = new Map<string, number>();
  const blockedUntil: Record<TransportKind, number> = { websocket: 0, sse: 0, polling: 0 };
  const failures: Record<TransportKind, number> = { websocket: 0, sse: 0, polling: 0 };
  const undo: (() => void)[] = [];
  let current: Transport | null = null;
  let candidate: Transport | null = null;
  /** Those made with an earlier token than the one there is. */
  const outdated = new WeakSet<Transport>();
  let checking: Transport | null = null;
  let running = false;
  let everConnected = false;
  let wokenAt = Number.NEGATIVE_INFINITY;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let stableTimer: ReturnType<typeof setTimeout> | undefined;
  let candidateTimer: ReturnType<typeof setTimeout> | undefined;

  const signal = (what: ConnectionSignal) => {
    connection.set(applyToConnection(connection.get(), what, now()));
  };
  const isConnected = () => current !== null && connection.get().state === 'connected';

  const choice = (): TransportKind => {
    const allowed = features();
    if (allowed?.websocket !== false && blockedUntil.websocket <= now()) return 'websocket';
    if (allowed?.sse !== false && blockedUntil.sse <= now()) return 'sse';
    return 'polling';
  };

  /** A transport whose words count only while it is the one in use, or the candidate for it. */
  const made = (kind: TransportKind): Transport => {
    const ours = () => current === transport;
    const transport = open(kind, {
      opened: () => {
        if (candidate === transport) {
          candidate = null;
          drop();
          current = transport;
        }
        if (ours()) opened(transport);
      },
      closed: (end) => {
        if (candidate === transport) {
          candidate = null;
          blockedUntil[kind] = now() + blockedMs;
          lookForBetter();
        } else if (ours()) void closed(transport, end);
      },
      acknowledged: (ack) => { if (ours()) listener.acknowledged(ack); },
      said: (message) => { if (ours()) listener.said(message); },
      heard: () => { if (ours()) listener.heard(); },
      missing: (taskId) => { if (ours()) listener.missing(taskId); },
      restarted: () => { if (ours()) listener.restarted(); },
      expiring: (inMs) => { if (ours()) listener.expiring(inMs); },
    });
    for (const taskId of followed.keys()) transport.join(taskId);
    return transport;
  };

  const attempt = () => {
    if (!running || current) return;
    clearTimeout(retryTimer);
    const kind = choice();
    if (kind !== 'websocket' && document.hidden) {
      signal({ type: 'paused' });
      return;
    }
    signal({ type: 'connecting', transport: kind });
    current = made(kind);
    current.open();
  };

  const opened = (transport: Transport) => {
    failures[transport.kind] = 0;
    signal({ type: 'connected', transport: transport.kind });
    clearTimeout(stableTimer);
    stableTimer = setTimeout(() => { signal({ type: 'stable' }); }, stableMs);
    lookForBetter();
    const again = everConnected;
    everConnected = true;
    listener.connected(again);
  };

  /** Lets go of the transport in use. */
  const drop = () => {
    clearTimeout(stableTimer);
    const wasConnected = isConnected();
    current?.close();
    current = null;
    if (wasConnected) listener.lost();
  };

  const dropCandidate = () => {
    candidate?.close();
    candidate = null;
  };

  const closed = async (transport: Transport, end: End) => {
    const wasConnected = isConnected();
    drop();
    const remedy = remedyFor(end.code);
    if (remedy === 'other') {
      await askFeatures();
      blockedUntil[transport.kind] = now() + blockedMs;
      attempt();
      return;
    }
    if (!wasConnected && (await isBlocked(transport.kind, end.code))) {
      attempt();
      return;
    }
    if (!running || current) return;
    if (remedy === 'token' && outdated.has(transport)) {
      attempt();
      return;
    }
    const { attempts } = connection.get();
    const final = remedy !== 'later';
    const wait = {
      later: end.retryAfterMs ?? pause(attempts + 1, random()),
      seldom: (end.retryAfterMs ?? seldomMs) + pause(attempts + 1, random()),
      token: null,
      never: null,
    }[remedy];
    signal({ type: 'failed', code: end.code, retryAt: wait === null ? null : now() + wait, final });
    clearTimeout(retryTimer);
    if (wait !== null) retryTimer = setTimeout(attempt, wait);
  };

  /** Whether this transport fails although the server answers: then another may do. */
  const isBlocked = async (kind: TransportKind, code: string): Promise<boolean> => {
    if (kind === 'polling' || (code !== 'unreachable' && code !== 'timeout')) return false;
    if (!(await isReachable())) return false;
    failures[kind] += 1;
    if (failures[kind] < failuresUntilBlocked) return false;
    failures[kind] = 0;
    blockedUntil[kind] = now() + blockedMs;
    return true;
  };

  /** Tries a better transport than the one in use when it may be free again. */
  const lookForBetter = () => {
    clearTimeout(candidateTimer);
    const kind = current?.kind;
    if (kind === undefined || kind === 'websocket') return;
    const allowed = features();
    const better = allowed?.websocket !== false ? 'websocket' : kind === 'polling' && allowed.sse ? 'sse' : null;
    if (better === null) return;
    candidateTimer = setTimeout(() => {
      if (!isConnected() || candidate || document.hidden) return;
      candidate = made(better);
      candidate.open();
    }, Math.max(0, blockedUntil[better] - now()));
  };

  const wake = () => {
    if (!running) return;
    if (current) {
      if (isConnected()) void check(current);
      return;
    }
    const { code, retryAt } = connection.get();
    // Nothing that happens here brings another token, or another answer to this origin.
    if (isForGood(code)) return;
    const wait = wokenAt + wakeMs - now();
    if (wait <= 0) {
      wokenAt = now();
      attempt();
    } else if (retryAt === null) {
      // Too soon, but nobody else would try.
      clearTimeout(retryTimer);
      retryTimer = setTimeout(attempt, wait);
    }
  };

  /** Whether the connection still leads somewhere; if not, another one is opened. */
  const check = async (transport: Transport) => {
    if (checking === transport) return;
    checking = transport;
    const isThere = await transport.probe();
    if (checking === transport) checking = null;
    if (!isThere && running && current === transport) restart();
  };

  const restart = () => {
    clearTimeout(retryTimer);
    dropCandidate();
    drop();
    attempt();
  };

  const on = (target: EventTarget, event: string, hear: (event: Event) => void) => {
    target.addEventListener(event, hear);
    undo.push(() => { target.removeEventListener(event, hear); });
  };

  const start = () => {
    if (running) return;
    running = true;
    on(window, 'online', wake);
    on(window, 'offline', () => {
      // The page may be served by its own machine: only believed if the server is gone, too.
      void isReachable().then((reachable) => {
        const transport = current;
        if (!reachable && transport) void closed(transport, { code: 'unreachable' });
      });
    });
    on(window, 'pageshow', wake);
    on(document, 'visibilitychange', () => {
      if (!document.hidden) {
        wake();
        lookForBetter();
        return;
      }
      if (candidate && candidate.kind !== 'websocket') dropCandidate();
      if (current && current.kind !== 'websocket') {
        drop();
        signal({ type: 'paused' });
      }
    });
    attempt();
  };

  /** The transports that live: the one in use, and the one that may take its place. */
  const each = (act: (transport: Transport) => void) => {
    for (const transport of [current, candidate]) if (transport) act(transport);
  };

  const stop = () => {
    running = false;
    for (const step of undo.splice(0)) step();
    clearTimeout(retryTimer);
    clearTimeout(candidateTimer);
    dropCandidate();
    drop();
  };

  const follow = (taskId: string) => {
    const followers = followed.get(taskId) ?? 0;
    followed.set(taskId, followers + 1);
    if (followers === 0) each((transport) => { transport.join(taskId); });
    return () => {
      const left = (followed.get(taskId) ?? 1) - 1;
      if (left > 0) followed.set(taskId, left);
      else {
        followed.delete(taskId);
        each((transport) => { transport.leave(taskId); });
      }
    };
  };

  return {
    connection,
    start,
    stop,
    reconnect: () => {
      blockedUntil.websocket = 0;
      blockedUntil.sse = 0;
      restart();
    },
    follow,
    rejoin: (taskId) => {
      if (!followed.has(taskId)) return;
      current?.leave(taskId);
      current?.join(taskId);
    },
    resync: (taskId, version) => { current?.resync(taskId, version); },
    resyncDashboard: () => { current?.resyncDashboard(); },
    tokenChanged: (token) => {
      if (!isConnected()) {
        restart();
        return;
      }
      each((transport) => {
        outdated.add(transport);
        transport.refresh(token);
      });
    },
    featuresChanged: () => {
      if (!running || !current) return;
      const allowed = features();
      const { kind } = current;
      const isForbidden = (kind === 'websocket' && allowed?.websocket === false) || (kind === 'sse' && allowed?.sse === false);
      const isLesser = kind !== 'websocket' && choice() === 'websocket';
      if (isForbidden || isLesser) restart();
    },
  };
}
