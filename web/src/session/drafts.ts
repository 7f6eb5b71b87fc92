/** Texts that are not sent yet, kept in this browser until they are, or until their writer logs out. */
import { currentToken, onTokenChange, userOf } from './token';

/** What is being written, by the names of its fields. */
export type Draft = Partial<Record<string, string>>;

interface Open {
  draft: Draft;
  listeners: Set<() => void>;
}

const prefix = 'taskwire.draft.';
/** Those that are shown just now, by their keys. */
const open = new Map<string, Open>();

/** Whose drafts they are: what the names of their keys begin with. */
let ours = prefixOf(currentToken());

onTokenChange(() => {
  const token = currentToken();
  if (token === null) forget();
  ours = prefixOf(token);
});

/** The key of the user's draft of that name. */
export function draftKey(name: string): string {
  return `${ours}${name}`;
}

/** The name under which the mended text of a refused task is kept. */
export function refusedDraft(id: string): string {
  return `task.${id}`;
}

/** Whether the user has written anything that is not sent. */
export function hasDrafts(): boolean {
  return storedKeys().some((key) => key.startsWith(ours));
}

/** The draft; the same object until it changes. */
export function readDraft(key: string): Draft {
  return opened(key).draft;
}

/** Calls `listener` after every change; returns the undo. */
export function followDraft(key: string, listener: () => void): () => void {
  const { listeners } = opened(key);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) open.delete(key);
  };
}

export function writeDraft(key: string, changes: Draft): void {
  put(key, { ...readDraft(key), ...changes });
}

export function discardDraft(key: string): void {
  put(key, {});
}

/** Lets go of what was sent, but not of what has been written over it since. */
export function settleDraft(key: string, sent: Draft): void {
  put(key, Object.fromEntries(Object.entries(readDraft(key)).filter(([name, text]) => text !== sent[name])));
}

/** Ends with a dot that the user's id has none of: no prefix is the beginning of another. */
function prefixOf(token: string | null): string {
  const user = userOf(token ?? '') ?? '';
  return `${prefix}${user.replaceAll('%', '%25').replaceAll('.', '%2E')}.`;
}

function opened(key: string): Open {
  const known = open.get(key);
  if (known) return known;
  const fresh: Open = { draft: stored(key), listeners: new Set() };
  open.set(key, fresh);
  return fresh;
}

function put(key: string, draft: Draft): void {
  const { listeners } = opened(key);
  open.set(key, { draft, listeners });
  try {
    if (Object.values(draft).some(Boolean)) window.localStorage.setItem(key, JSON.stringify(draft));
    else window.localStorage.removeItem(key);
  } catch {
    // Storage is switched off or full: the text lives as long as what shows it.
  }
  for (const listener of listeners) listener();
  if (listeners.size === 0) open.delete(key);
}

function stored(key: string): Draft {
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(key) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return {};
    return Object.fromEntries(Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return {};
  }
}

function storedKeys(): string[] {
  try {
    return Array.from({ length: window.localStorage.length }, (_, place) => window.localStorage.key(place) ?? '');
  } catch {
    return [];
  }
}

/** Forgets the drafts of whoever was there; those of others wait for them. */
function forget(): void {
  open.clear();
  for (const key of storedKeys().filter((each) => each.startsWith(ours))) window.localStorage.removeItem(key);
}
