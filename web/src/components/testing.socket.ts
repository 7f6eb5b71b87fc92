/** Stands for `api/socket` in tests: connects at once, and says what the test says. */
import type { Transport, TransportListener } from '../api/transport';
import { dashboardState } from '../testing';

/** `opens`: whether the server takes a connection. */
export const sockets: { listener: TransportListener | null; opens: boolean } = { listener: null, opens: true };

export function openSocket(_token: string, listener: TransportListener): Transport {
  const nothing = () => undefined;
  return {
    kind: 'websocket',
    open: () => {
      sockets.listener = listener;
      if (!sockets.opens) return;
      queueMicrotask(() => {
        listener.opened();
        listener.said({ event: 'dashboard:state', payload: dashboardState() });
      });
    },
    close: nothing,
    join: nothing,
    leave: nothing,
    resync: nothing,
    resyncDashboard: nothing,
    refresh: nothing,
    probe: () => Promise.resolve(true),
  };
}
