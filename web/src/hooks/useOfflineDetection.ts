import { useObservable } from './useObservable';
import { useWorkspace } from './useWorkspace';

export interface OfflineValue {
  /** The server cannot be reached, whatever the reason. */
  offline: boolean;
  /** Since when, on the page's clock; `null` while it can. */
  since: number | null;
}

/** Whether the server can be reached: by what calls and connections came to, not by what the browser thinks. */
export function useOfflineDetection(): OfflineValue {
  const { live, reach } = useWorkspace();
  const { reachable, since } = useObservable(reach);
  const { state } = useObservable(live.connection);
  const offline = !reachable && state !== 'connected';
  return { offline, since: offline ? since : null };
}
