import { useEffect, useEffectEvent } from 'react';
import type { Connection } from '../store/connection';
import { useObservable } from './useObservable';
import { useWorkspace } from './useWorkspace';

export interface WebSocketValue {
  connection: Connection;
  /** Tries now, whatever was planned. */
  reconnect: () => void;
}

interface WebSocketOptions {
  /** Called when the page is connected again, not when it is for the first time. */
  onReconnect?: () => void;
}

/** The connection's state, whatever carries it just now. */
export function useWebSocket({ onReconnect }: WebSocketOptions = {}): WebSocketValue {
  const { live, onReconnect: listen } = useWorkspace();
  const reconnected = useEffectEvent(() => onReconnect?.());
  useEffect(() => listen(() => { reconnected(); }), [listen]);
  return { connection: useObservable(live.connection), reconnect: live.reconnect };
}
