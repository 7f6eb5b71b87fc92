/** Keeps what the page shows, by user, so that it can be read without the server. */
import type { QueryClient } from '@tanstack/react-query';
import type { Filters } from '../store/filters';
import { trimmed, type TaskRows } from '../store/list';
import type { Database } from './database';

interface Truth {
  /** When it was true, on the page's clock. */
  savedAt: number;
  /** Up to which server time it is. */
  knownUntil: string | null;
}

/** Counted up whenever what the queries have changes its shape: a page reads only what one of its own kind kept. */
const shape = 1;

interface Kept extends Truth {
  shape: number;
  queries: { key: readonly unknown[]; data: unknown }[];
}

const keptRows = 100;
const keptOfAKind = 20;
const saveMs = 3000;
/** What is worth keeping, by the first word of its key. */
const kinds = ['me', 'features', 'overview', 'tasks', 'task'];

/** Puts back what was kept; gives when that was, and up to which server time it is true. */
export async function restore(
  database: Database,
  user: string,
  queries: QueryClient,
): Promise<Truth | null> {
  const kept = await database.read<Kept>(keyOf(user));
  if (kept?.shape !== shape) return null;
  for (const { key, data } of kept.queries) queries.setQueryData(key, data, { updatedAt: kept.savedAt });
  return kept;
}

/** Keeps what changes from now on; returns the undo. */
export function keep(
  database: Database,
  user: string,
  queries: QueryClient,
  truth: () => Truth,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = () => {
    clearTimeout(timer);
    timer = undefined;
    const kept: Kept = { ...truth(), shape, queries: worthKeeping(queries) };
    void database.write(keyOf(user), kept);
  };
  const unsubscribe = queries.getQueryCache().subscribe((change) => {
    if (change.type === 'updated' && change.action.type === 'success') timer ??= setTimeout(save, saveMs);
  });
  const leaving = () => {
    if (document.hidden) save();
  };
  document.addEventListener('visibilitychange', leaving);
  window.addEventListener('pagehide', save);
  return () => {
    clearTimeout(timer);
    unsubscribe();
    document.removeEventListener('visibilitychange', leaving);
    window.removeEventListener('pagehide', save);
  };
}

function worthKeeping(queries: QueryClient): Kept['queries'] {
  return kinds.flatMap((kind) =>
    queries
      .getQueryCache()
      .findAll({ queryKey: [kind] })
      .filter((query) => query.state.data !== undefined)
      .sort((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt)
      .slice(0, keptOfAKind)
      .map((query) => ({
        key: query.queryKey,
        data: isList(query.queryKey) ? trimmed(query.state.data as TaskRows, keptRows) : query.state.data,
      })),
  );
}

function isList(key: readonly unknown[]): key is ['tasks', Filters] {
  return key[0] === 'tasks';
}

function keyOf(user: string): string {
  return `shown:${user}`;
}
