/** Socket.IO. Nothing else knows that there is a socket. */
import { io, type Socket } from 'socket.io-client';
import { asMessage, messageEvents } from '../store/message';
import type { Transport, TransportListener } from './transport';
import type { Ack, AuthExpiring, ConnectionAck, Draining, ErrorEvent } from './types';

const answerMs = 10_000;
const connectMs = 10_000;
/** Somebody who is there answers a probe sooner. */
const probeMs = 3000;
/** Without an answer, or told to wait without being told how long. */
const againMs = 2000;

export function openSocket(token: string, listener: TransportListener): Transport {
  const socket = io({
    path: '/socket.io/',
    auth: { token },
    autoConnect: false,
    forceNew: true,
    // When to try again is decided by whoever opened this.
    reconnection: false,
    // Where WebSocket is blocked, a stream is the better second choice.
    transports: ['websocket'],
    timeout: connectMs,
  });
  const rooms = new Map<string, Request>();
  const dashboard = insist(socket, 'dashboard:join', { limit: 1 }, () => undefined);
  const repairs = new Map<string, Request>();
  /** Another token that the server has not taken yet. */
  let renewal: Request | null = null;
  let why: string | null = null;
  let waitMs: number | undefined;
  let over = false;

  const end = (code: string) => {
    if (over) return;
    over = true;
    close();
    listener.closed(waitMs === undefined ? { code } : { code, retryAfterMs: waitMs });
  };
  const close = () => {
    over = true;
    dashboard.stop();
    renewal?.stop();
    for (const request of [...rooms.values(), ...repairs.values()]) request.stop();
    socket.removeAllListeners();
    socket.disconnect();
  };
  const startAll = () => {
    renewal?.start();
    dashboard.start();
    for (const request of rooms.values()) request.start();
  };

  socket.on('connect', () => {
    socket.io.engine.on('packet', listener.heard);
    listener.heard();
    listener.opened();
    startAll();
  });
  // A refusal has the server's word as its message; what the transport says is no word of the server's.
  socket.on('connect_error', (error: Error & { type?: string }) => {
    end(error.type === 'TransportError' || /\s/.test(error.message) ? 'unreachable' : error.message);
  });
  socket.on('disconnect', () => {
    end(why ?? 'closed');
  });
  socket.on('connection_ack', (ack: ConnectionAck) => {
    listener.acknowledged(ack);
  });
  socket.on('resync_required', () => {
    listener.restarted();
    startAll();
  });
  socket.on('auth:expiring', ({ expiresInMs }: AuthExpiring) => {
    listener.expiring(expiresInMs);
  });
  socket.on('server:draining', ({ reconnectInMs }: Draining) => {
    why = 'draining';
    waitMs = reconnectInMs;
  });
  socket.on('error', ({ code, event, retryAfterMs }: ErrorEvent) => {
    // One that answers a message names its event; one without ends the connection.
    if (event !== undefined) return;
    why = code;
    waitMs = retryAfterMs;
  });
  for (const event of messageEvents) {
    socket.on(event, (payload: unknown) => {
      const message = asMessage(event, payload);
      if (message) listener.said(message);
    });
  }

  const settled = () => {
    renewal = null;
  };

  const repair = (of: string, request: object) => {
    repairs.get(of)?.stop();
    const repairing = insist(socket, 'resync_requested', request, () => undefined, (ack) => {
      if ('missing' in ack) for (const taskId of ack.missing) listener.missing(taskId);
    });
    repairs.set(of, repairing);
    repairing.start();
  };

  return {
    kind: 'websocket',
    open: () => socket.connect(),
    close,
    join: (taskId) => {
      if (rooms.has(taskId)) return;
      const request = insist(socket, 'task:join', { taskId }, () => {
        listener.missing(taskId);
      });
      rooms.set(taskId, request);
      request.start();
    },
    leave: (taskId) => {
      rooms.get(taskId)?.stop();
      rooms.delete(taskId);
      if (socket.connected) socket.emit('task:leave', { taskId });
    },
    resync: (taskId, version) => {
      repair(taskId, { taskIds: [taskId], ...(version === null ? {} : { versions: { [taskId]: version } }) });
    },
    resyncDashboard: () => {
      repair('', { taskIds: [], dashboard: true });
    },
    refresh: (token) => {
      socket.auth = { token };
      renewal?.stop();
      renewal = insist(socket, 'auth:refresh', { token }, settled, settled, badToken);
      renewal.start();
    },
    // Asks for nothing: any answer will do.
    probe: async () => (await answerTo(socket, 'resync_requested', { taskIds: [] }, probeMs)) !== null,
  };
}

interface Request {
  start: () => void;
  stop: () => void;
}

/** Refusals of a request that asking again does not mend. */
const hopeless = new Set<ErrorEvent['code']>(['not_found', 'forbidden', 'validation_failed', 'too_many_rooms']);

/** The same of a token that the server does not take. */
const badToken = new Set<ErrorEvent['code']>(['unauthenticated', 'token_expired', 'forbidden', 'validation_failed']);

/** A request that is repeated, while connected, until it is granted or hopeless. */
function insist(
  socket: Socket,
  event: string,
  payload: object,
  refused: () => void,
  granted: (ack: Ack) => void = () => undefined,
  final = hopeless,
): Request {
  let attempt = 0;
  let wait: ReturnType<typeof setTimeout> | undefined;
  const ask = async () => {
    const mine = ++attempt;
    clearTimeout(wait);
    if (!socket.connected) return;
    const ack = await answerTo(socket, event, payload, answerMs);
    if (mine !== attempt) return;
    if (ack && !('error' in ack)) granted(ack);
    else if (ack && final.has(ack.error.code)) refused();
    else wait = setTimeout(start, ack?.error.retryAfterMs ?? againMs);
  };
  const start = () => void ask();
  const stop = () => {
    attempt += 1;
    clearTimeout(wait);
  };
  return { start, stop };
}

/** Asks; `null` when no answer comes in time. */
async function answerTo(socket: Socket, event: string, payload: object, patienceMs: number): Promise<Ack | null> {
  try {
    return (await socket.timeout(patienceMs).emitWithAck(event, payload)) as Ack;
  } catch {
    return null;
  }
}
