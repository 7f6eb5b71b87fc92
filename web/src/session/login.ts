/** How long the login lasts, and how it goes on. */
import type { Client } from '../api/client';
import { cell, type Observable } from '../store/observable';

export interface Ending {
  /** When, on the page's clock. */
  at: number;
  /** It has ended: only another token helps. */
  over: boolean;
}

export interface Login {
  /** The login ends soon or has ended, and the page cannot renew it. */
  ending: Observable<Ending | null>;
  /** Gets another token, where that is possible without the user. */
  renew: () => Promise<void>;
  /** The server took the token. */
  accepted: () => void;
  /** The server does not take the token any more. */
  refused: () => Promise<void>;
  /** There is another token. */
  replaced: () => void;
  stop: () => void;
}

interface LoginOptions {
  client: Client;
  user: string;
  /** When the token ends, as it says itself. */
  endsAt: () => number | null;
  /** In demo mode anybody who is in may have another token. */
  isDemo: () => boolean;
  /** Whether the server takes the token just now, whatever this machine's clock says. */
  isAccepted: () => boolean;
  replaceToken: (token: string) => void;
}

/** So long before the end streams and polling look after it themselves; sockets are told. */
const aheadMs = 60_000;
const lookMs = 20_000;

export function createLogin({ client, user, endsAt, isDemo, isAccepted, replaceToken }: LoginOptions): Login {
  const ending = cell<Ending | null>(null);
  let renewing = false;
  let stopped = false;
  const isStopped = () => stopped;

  const renewOr = async (otherwise: () => void) => {
    if (renewing) return;
    renewing = true;
    const answer = isDemo() ? await client.demoToken(user) : null;
    renewing = false;
    // Somebody else may be logged in by now.
    if (isStopped()) return;
    if (answer?.ok) {
      ending.set(null);
      replaceToken(answer.value.token);
    } else {
      otherwise();
    }
  };
  const renew = () => renewOr(() => { ending.set({ at: endsAt() ?? Date.now() + aheadMs, over: false }); });
  const refused = () =>
    renewOr(() => {
      if (!ending.get()?.over) ending.set({ at: Math.min(endsAt() ?? Date.now(), Date.now()), over: true });
    });
  const look = () => {
    const end = endsAt();
    if (end === null) return;
    const left = end - Date.now();
    if (left > aheadMs) {
      if (!ending.get()?.over) ending.set(null);
    } else if (left > 0) {
      if (ending.get() === null) void renew();
    } else if (!isAccepted()) {
      void refused();
    }
  };
  const looking = setInterval(look, lookMs);
  look();

  return {
    ending,
    renew,
    accepted: () => { if (ending.get()?.over) ending.set(null); },
    refused,
    replaced: () => {
      ending.set(null);
      look();
    },
    stop: () => {
      stopped = true;
      clearInterval(looking);
    },
  };
}
