/** What carries the server's messages to the page: a socket, a stream, or asking again and again. */
import type { Message } from '../store/message';
import type { TransportKind } from '../store/connection';
import type { ConnectionAck } from './types';

export interface Transport {
  readonly kind: TransportKind;
  /** Begins the one connection that this transport is for. */
  open: () => void;
  /** Ends it, without a word to the listener. */
  close: () => void;
  /** Follows a task, too, from now until `leave` or the end. */
  join: (taskId: string) => void;
  leave: (taskId: string) => void;
  /** Asks for what is newer than `version` of a task, or for all of it. */
  resync: (taskId: string, version: number | null) => void;
  /** Asks for the dashboard's state. */
  resyncDashboard: () => void;
  /** Goes on with another token of the same user. */
  refresh: (token: string) => void;
  /** Whether the server is still at the other end: after a sleep an open connection may lead nowhere. */
  probe: () => Promise<boolean>;
}

/** Hears what a transport has to say, in order. After `closed` there is no more. */
export interface TransportListener {
  /** It is connected. */
  opened: () => void;
  acknowledged: (ack: ConnectionAck) => void;
  said: (message: Message) => void;
  /** Anything came from the server, be it only a sign of life. */
  heard: () => void;
  /** The task does not exist, or may not be seen. */
  missing: (taskId: string) => void;
  /** Everything followed was asked for anew, because something may have been missed. */
  restarted: () => void;
  /** The token ends soon. */
  expiring: (inMs: number) => void;
  /** It never connected, or is connected no longer. */
  closed: (end: End) => void;
}

export interface End {
  /** The server's word, or `unreachable`, `closed`, `timeout`. */
  code: string;
  /** How long the server asks to wait. */
  retryAfterMs?: number;
}
