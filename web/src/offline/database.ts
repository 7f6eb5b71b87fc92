/**
 * What the page keeps in IndexedDB, by user. Where there is none (some private windows), things are
 * kept as long as the page lives.
 */
import { createStore, del, get, keys, set, update, type UseStore } from 'idb-keyval';

export interface Database {
  read: <T>(key: string) => Promise<T | undefined>;
  write: (key: string, value: unknown) => Promise<void>;
  /** Changes a value in one go, also against other tabs; gives the new one. */
  change: <T>(key: string, by: (value: T | undefined) => T) => Promise<T>;
  /** Forgets everything of every user, or all but what is to stay. */
  clear: (stays?: (key: string) => boolean) => Promise<void>;
}

const outbox = 'outbox:';

/** Under which key a user's outbox is kept. */
export function outboxKey(user: string): string {
  return outbox + user;
}

/** Whether what is kept under a key is what somebody else has not sent yet. */
export function isOthersOutbox(key: string, user: string): boolean {
  return key.startsWith(outbox) && key !== outboxKey(user);
}

export function openDatabase(): Database {
  const store = opened();
  const memory = new Map<string, unknown>();
  const orMemory = async <T>(using: (store: UseStore) => Promise<T>, without: () => T): Promise<T> => {
    if (!store) return without();
    try {
      return await using(store);
    } catch {
      return without();
    }
  };
  return {
    read: <T>(key: string) => orMemory((store) => get<T>(key, store), () => memory.get(key) as T | undefined),
    write: (key, value) => orMemory((store) => set(key, value, store), () => { memory.set(key, value); }),
    change: async <T>(key: string, by: (value: T | undefined) => T) => {
      let result: T | undefined;
      const apply = (value: T | undefined) => (result = by(value));
      return orMemory(
        async (store) => {
          await update<T>(key, apply, store);
          return result ?? by(undefined);
        },
        () => {
          const value = by(memory.get(key) as T | undefined);
          memory.set(key, value);
          return value;
        },
      );
    },
    clear: (stays = () => false) =>
      orMemory(
        async (store) => {
          for (const key of await keys<string>(store)) if (!stays(key)) await del(key, store);
        },
        () => {
          for (const key of [...memory.keys()]) if (!stays(key)) memory.delete(key);
        },
      ),
  };
}

function opened(): UseStore | null {
  try {
    return createStore('taskwire', 'kept');
  } catch {
    return null;
  }
}
