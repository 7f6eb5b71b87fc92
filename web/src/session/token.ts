/**
 * The user's token: the only secret the page keeps. It comes from a login link or is pasted, lives
 * in localStorage, and goes nowhere but into `Authorization` and the socket's `auth`.
 */
import { isOthersOutbox, openDatabase } from '../offline/database';

const key = 'taskwire.token';
const listeners = new Set<() => void>();
let token: string | null = null;

/** Takes `#token=…` out of the address, at once, so that it is neither shared nor bookmarked. */
export function takeTokenFromAddress(): string | null {
  const { hash, pathname, search } = window.location;
  if (!hash.startsWith('#')) return null;
  const found = new URLSearchParams(hash.slice(1)).get('token');
  if (found === null) return null;
  window.history.replaceState(window.history.state, '', pathname + search);
  return found.trim() || null;
}

/** Finds the token that the page starts with, and follows login links opened in the same tab. */
export function startSession(): () => void {
  const takeLink = () => {
    const found = takeTokenFromAddress();
    if (found) logIn(found);
  };
  const followOtherTabs = (change: StorageEvent) => {
    if (change.key === key || change.key === null) set(read());
  };
  set(read());
  takeLink();
  window.addEventListener('hashchange', takeLink);
  window.addEventListener('storage', followOtherTabs);
  return () => {
    window.removeEventListener('hashchange', takeLink);
    window.removeEventListener('storage', followOtherTabs);
  };
}

export function currentToken(): string | null {
  return token;
}

/** The token as long as it is this user's: what is done for one is never sent as another. */
export function tokenOf(user: string): string | null {
  return token !== null && userOf(token) === user ? token : null;
}

/** Whose token it is, as it says itself: under which name things are kept. Only the server verifies it. */
export function userOf(token: string): string | null {
  const sub = claimsOf(token)?.sub;
  return typeof sub === 'string' ? sub : null;
}

/** When it ends, as it says itself. */
export function endOf(token: string): number | null {
  const exp = claimsOf(token)?.exp;
  return typeof exp === 'number' ? exp * 1000 : null;
}

function claimsOf(token: string): { sub?: unknown; exp?: unknown } | null {
  try {
    const payload = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === 'object' ? claims : null;
  } catch {
    return null;
  }
}

/** Takes a token; the one there is, too, for whoever gives it wants it tried again. */
export function logIn(newToken: string): void {
  try {
    window.localStorage.setItem(key, newToken);
  } catch {
    // Storage is switched off: the token lives as long as the page.
  }
  token = newToken;
  tell();
}

/**
 * Forgets the token, everything that came from the server, for whichever user, and what this user has
 * not sent. What others have not sent is theirs: it waits until they come back and log out themselves.
 */
export async function logOut(): Promise<void> {
  const user = userOf(token ?? '') ?? '';
  try {
    window.localStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
  set(null);
  await openDatabase().clear((key) => isOthersOutbox(key, user));
}

/** Calls `listener` when another token is there, none any more, or the same one once more; returns the undo. */
export function onTokenChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Calls `listener` when another user is there, or nobody any more; returns the undo. */
export function onUserChange(listener: () => void): () => void {
  const user = () => userOf(token ?? '');
  let known = user();
  return onTokenChange(() => {
    if (user() === known) return;
    known = user();
    listener();
  });
}

function read(): string | null {
  try {
    return window.localStorage.getItem(key);
  } catch {
    return null;
  }
}

function set(next: string | null): void {
  if (next === token) return;
  // What was looked at is nobody else's business.
  if (next === null) window.history.replaceState(null, '', '/');
  token = next;
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}
