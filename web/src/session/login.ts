/** How long the login lasts, and how it goes on. */
import type { Client } from '../api/client';
import { cell, type Observable } from '../store/observable';

export interface Login {
  /** The login ends soon, and the page cannot renew it: when, on the page's clock. */
  ending: Observable<number | null>;
  /** Gets another token, where that is possible without the user. */
  renew: () => Promise<void>;
  stop: () => void;
}

interface LoginOptions {
  client: Client;
  user: string;
  endsAt: () => string | null;
  /** In demo mode anybody who is in may have another token. */
  isDemo: () => boolean;
  replaceToken: (token: string) => void;
}

/** So long before the end streams and polling look after it themselves; sockets are told. */
const aheadMs = 60_000;
const lookMs = 20_000;

export function createLogin({ client, user, endsAt, isDemo, replaceToken }: LoginOptions): Login {
  const ending = cell<number | null>(null);
  let renewing = false;
  let stopped = false;

  const isStopped = () => stopped;
  const renew = async () => {
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
      const end = endsAt();
      ending.set(end === null ? Date.now() + aheadMs : Date.parse(end));
    }
  };
  const look = () => {
    const end = endsAt();
    if (end === null) return;
    const left = Date.parse(end) - Date.now();
    if (left > aheadMs) ending.set(null);
    else if (left > 0 && ending.get() === null) void renew();
  };
  const looking = setInterval(look, lookMs);

  return {
    ending,
    renew,
    stop: () => {
      stopped = true;
      clearInterval(looking);
    },
  };
}
