/** How far what the page shows can be trusted to be the newest. */
import type { Connection } from './connection';

export type FreshnessKind = 'live' | 'catching_up' | 'stale' | 'polling' | 'offline';

export interface Freshness {
  kind: FreshnessKind;
  /** Since when it may be out of date, on the page's clock; `null` while it is not. */
  since: number | null;
}

interface Circumstances {
  connection: Connection;
  /** Connected, but what was missed is still being fetched. */
  catchingUp: boolean;
  reachable: boolean;
  /** When the page was last known to show the newest; `null`: not yet. */
  trueAt: number | null;
}

export function freshness({ connection, catchingUp, reachable, trueAt }: Circumstances): Freshness {
  if (connection.state === 'connected') {
    if (catchingUp) return { kind: 'catching_up', since: trueAt };
    return { kind: connection.transport === 'polling' ? 'polling' : 'live', since: null };
  }
  if (!reachable) return { kind: 'offline', since: trueAt };
  // Nothing has been shown yet: it cannot be out of date.
  if (trueAt === null) return { kind: 'catching_up', since: null };
  return { kind: 'stale', since: trueAt };
}
