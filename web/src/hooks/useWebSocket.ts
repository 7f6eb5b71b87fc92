import { use } from 'react';
import { WebSocketContext, type WebSocketValue } from '../context/WebSocketContext';

/** The connection's state and the link to the server. */
export function useWebSocket(): WebSocketValue {
  const value = use(WebSocketContext);
  if (!value) throw new Error('useWebSocket needs a WebSocketProvider above it');
  return value;
}
