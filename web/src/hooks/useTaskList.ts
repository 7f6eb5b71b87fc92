import { queryOptions, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { CallFailed } from '../api/answers';
import type { TaskCache } from '../api/taskCache';
import type { Failure } from '../api/client';
import { listKey } from '../session/workspace';
import { verdict, type Filters } from '../store/filters';
import type { TaskRows } from '../store/list';
import { pendingRows, type TaskRow } from '../store/outbox';
import { useMe } from './useMe';
import { useObservable } from './useObservable';
import { useWorkspace } from './useWorkspace';

export interface TaskListValue {
  /** In order; first the tasks that the server has not taken yet (`pending`). */
  rows: readonly TaskRow[];
  /** Whether the server has more rows than have been loaded, as far as is known. */
  hasMore: boolean;
  /** From where on it has: another one after each page, also after one in which no row was picked. */
  cursor: string | null;
  /** Loads the next page; harmless while one is being loaded. */
  loadMore: () => void;
  /** The first page or the next one is being loaded. */
  loading: boolean;
  /** Why the last load came to nothing. */
  failure: Failure | null;
  /** Loads again what could not be loaded. */
  retry: () => void;
  /** Loads anew what has been loaded. */
  reload: () => void;
  /** The rows that changed a moment ago, each with the number of its change (a React `key` for a mark). */
  recentlyChanged: ReadonlyMap<string, number>;
}

const noRows: readonly TaskRow[] = [];

/** A list of tasks as the query cache has it, kept up to date there while it is. */
export function listQuery(cache: TaskCache, filters: Filters) {
  return queryOptions<TaskRows>({
    queryKey: listKey(filters),
    queryFn: () => cache.fetchList(filters),
    placeholderData: () => cache.guess(filters),
    staleTime: 30_000,
    gcTime: 60_000,
  });
}

/** A list of tasks as filtered, live. */
export function useTaskList(filters: Filters): TaskListValue {
  const { cache, outbox, user } = useWorkspace();
  const me = useMe();
  const entries = useObservable(outbox.entries);
  const recentlyChanged = useObservable(cache.recentlyChanged);
  const query = useQuery(listQuery(cache, filters));
  const { loadMore, ...more } = useLoadMore(cache, filters);

  // What other lists tell stands in while this one is fetched, and when it cannot be.
  const isMissing = query.isError && query.data === undefined;
  const guess = useMemo(() => (isMissing ? cache.guess(filters) : undefined), [cache, filters, isMissing]);
  const isGuess = query.isPlaceholderData || guess !== undefined;

  const known = (query.data ?? guess)?.rows ?? noRows;
  const cursor = isGuess ? null : (query.data?.nextCursor ?? null);
  const name = me?.name ?? user;
  const rows = useMemo(() => {
    const pending = pendingRows(entries, known, { id: user, name }).filter((row) => verdict(filters, row) === 'in');
    return pending.length === 0 ? known : [...pending, ...known];
  }, [entries, known, user, name, filters]);

  return {
    rows,
    hasMore: isGuess || cursor !== null,
    cursor,
    loadMore,
    loading: query.isLoading || query.isPlaceholderData || more.loading,
    reload: () => void query.refetch(),
    failure: query.error instanceof CallFailed ? query.error.failure : more.failure,
    retry: query.isError ? () => void query.refetch() : loadMore,
    recentlyChanged,
  };
}

/** How it went with the last page that was asked for. */
interface Loaded {
  filters: Filters;
  loading: boolean;
  failure: Failure | null;
}

/** Loads the pages of a list after the first. */
function useLoadMore(cache: TaskCache, filters: Filters): Pick<TaskListValue, 'loadMore' | 'loading' | 'failure'> {
  const { live } = useWorkspace();
  const [last, setLast] = useState<Loaded>({ filters, loading: false, failure: null });
  const isLoading = useRef(false);
  const connections = useRef(0);

  // What failed before a connection says nothing of what comes after it.
  useEffect(() => live.connection.subscribe(() => {
    if (live.connection.get().state !== 'connected') return;
    connections.current += 1;
    setLast((sofar) => (sofar.failure ? { ...sofar, failure: null } : sofar));
  }), [live]);

  const loadMore = useCallback(() => {
    if (isLoading.current) return;
    isLoading.current = true;
    const before = connections.current;
    setLast({ filters, loading: true, failure: null });
    void cache.loadMore(filters).then((failure) => {
      isLoading.current = false;
      setLast({ filters, loading: false, failure: before === connections.current ? failure : null });
    });
  }, [cache, filters]);

  // What came of loading more of another list is nothing to this one.
  return { loadMore, loading: last.loading, failure: last.filters === filters ? last.failure : null };
}

/** Loads more while the last row shown is fewer than `ahead` rows from the end of what is loaded. */
export function useLoadAhead(list: TaskListValue, shown: number, ahead: number): void {
  const { rows, hasMore, cursor, loading, failure, loadMore } = list;
  useEffect(() => {
    if (hasMore && !loading && !failure && shown >= rows.length - ahead) loadMore();
  }, [hasMore, cursor, loading, failure, loadMore, shown, rows.length, ahead]);
}
