/** Owns the page's one Socket.IO connection. Nothing else knows that there is a socket. */
import { createContext, useEffect, useMemo, useReducer, useState, type ReactNode } from 'react';
import { io, type Socket } from 'socket.io-client';
import type {
  Ack,
  ConnectionAck,
  DashboardState,
  Draining,
  ErrorEvent,
  JoinDashboard,
  Resync,
  StatusChange,
  TaskCreated,
  TaskEventAdded,
  TaskListUpdated,
  TaskProgress,
  TaskRemoved,
  TaskView,
} from '../api/types';
import { applyToConnection, initialConnection, type Connection } from '../store/connection';

/** What the server sends about tasks, by event name. */
export interface TaskMessages {
  'dashboard:state': DashboardState;
  'dashboard:task_list_updated': TaskListUpdated;
  'task:created': TaskCreated;
  'task:removed': TaskRemoved;
  'task:state': TaskView;
  'task:event_added': TaskEventAdded;
  'task:progress': TaskProgress;
  'task:analyzing': StatusChange;
  'task:clarification_needed': StatusChange;
  'task:dispatched': StatusChange;
  'task:pr_opened': StatusChange;
  'task:pr_merged': StatusChange;
  'task:pr_closed': StatusChange;
  'task:failed': StatusChange;
  'task:cancelled': StatusChange;
}

export type TaskHandlers = { [Event in keyof TaskMessages]?: (payload: TaskMessages[Event]) => void };

/** What hooks may do with the connection. All of it is safe while the connection is down. */
export interface Link {
  /** Calls the handlers for what the server sends; returns the undo. */
  listen: (handlers: TaskHandlers) => () => void;
  /**
   * Enters a room now, and again whenever the server has lost track of us: on every connect and when
   * a resync is required. `refused` hears of a refusal that asking again cannot mend. Returns the
   * undo, which leaves.
   */
  join: (room: RoomAddress, refused: () => void) => () => void;
  /** Asks for what was missed until it is granted; returns the undo. */
  resync: (request: Resync) => () => void;
  /** Tries again after a refusal. */
  retry: () => void;
}

export type RoomAddress = { dashboard: JoinDashboard } | { taskId: string };

export interface WebSocketValue {
  connection: Connection;
  link: Link;
}

export const WebSocketContext = createContext<WebSocketValue | null>(null);

interface WebSocketProviderProps {
  token: string;
  children: ReactNode;
}

/** Connects for `token`; give it a `key` of the token, so that another token is another connection. */
export function WebSocketProvider({ token, children }: WebSocketProviderProps) {
  const [socket] = useState(() => openSocket(token));
  const [connection, signal] = useReducer(applyToConnection, initialConnection);

  useEffect(() => {
    let wait: number | undefined;
    let reconnectInMs: number | null = null;
    let refused = false;
    const stopListening = on(socket, {
      connect: () => {
        refused = false;
        reconnectInMs = null;
        signal({ type: 'connect' });
      },
      connect_error: (error: Error) => {
        signal({ type: 'connect_error', message: error.message, retrying: socket.active });
      },
      connection_ack: (ack: ConnectionAck) => {
        signal({ type: 'ack', ack });
      },
      error: (error: ErrorEvent) => {
        // One that answers a message names its event; one without ends the connection.
        if (error.event) return;
        refused = true;
        signal({ type: 'error', code: error.code });
      },
      'auth:expiring': () => {
        signal({ type: 'expiring' });
      },
      'server:draining': (draining: Draining) => {
        reconnectInMs = draining.reconnectInMs;
      },
      disconnect: () => {
        signal({ type: 'disconnect' });
        // The stock client does not come back by itself after the server's goodbye.
        if (!socket.active && !refused) {
          wait = window.setTimeout(() => socket.connect(), reconnectInMs ?? 1000 + Math.random() * 2000);
        }
      },
    });
    socket.connect();
    return () => {
      window.clearTimeout(wait);
      stopListening();
      socket.disconnect();
    };
  }, [socket]);

  const link = useMemo<Link>(
    () => ({
      listen: (handlers) => on(socket, handlers),
      join: (room, refused) => join(socket, room, refused),
      resync: (request) => {
        const { start, stop } = insist(socket, 'resync_requested', request, () => undefined);
        start();
        return stop;
      },
      retry: () => {
        signal({ type: 'retry' });
        socket.connect();
      },
    }),
    [socket],
  );

  const value = useMemo(() => ({ connection, link }), [connection, link]);
  return <WebSocketContext value={value}>{children}</WebSocketContext>;
}

function openSocket(token: string): Socket {
  return io({
    path: '/socket.io/',
    auth: { token },
    autoConnect: false,
    multiplex: false,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 10_000,
  });
}

/** The one place where what comes over the wire is taken at its word. */
function on(socket: Socket, handlers: Partial<Record<string, (payload: never) => void>>): () => void {
  const entries = Object.entries(handlers).flatMap(([event, handler]) =>
    handler ? [{ event, handler: handler as (payload: unknown) => void }] : [],
  );
  for (const { event, handler } of entries) socket.on(event, handler);
  return () => {
    for (const { event, handler } of entries) socket.off(event, handler);
  };
}

function join(socket: Socket, room: RoomAddress, refused: () => void): () => void {
  const [name, asking, leaving] =
    'taskId' in room ? ['task', room, room] : ['dashboard', room.dashboard, {}];
  const { start, stop } = insist(socket, `${name}:join`, asking, refused);
  const stopListening = on(socket, { connect: start, resync_required: start });
  start();
  return () => {
    stop();
    stopListening();
    if (socket.connected) socket.emit(`${name}:leave`, leaving);
  };
}

const hopeless = new Set<NotGranted['code']>(['not_found', 'forbidden', 'validation_failed', 'too_many_rooms']);

/** A request that is repeated, while connected, until it is granted or hopeless. */
function insist(socket: Socket, event: string, payload: object, refused: () => void) {
  let attempt = 0;
  let wait: number | undefined;
  const ask = async () => {
    const mine = ++attempt;
    window.clearTimeout(wait);
    if (!socket.connected) return;
    const error = await refusal(socket, event, payload);
    if (mine !== attempt || error === null) return;
    if (hopeless.has(error.code)) refused();
    else wait = window.setTimeout(start, error.retryAfterMs ?? 2000);
  };
  const start = () => void ask();
  const stop = () => {
    attempt += 1;
    window.clearTimeout(wait);
  };
  return { start, stop };
}

interface NotGranted {
  code: ErrorEvent['code'] | 'no_answer';
  retryAfterMs?: number;
}

/** Asks, and says why it was not granted; `null` when it was. */
async function refusal(socket: Socket, event: string, payload: object): Promise<NotGranted | null> {
  try {
    const ack = (await socket.timeout(10_000).emitWithAck(event, payload)) as Ack;
    return 'error' in ack ? ack.error : null;
  } catch {
    return { code: 'no_answer' };
  }
}
