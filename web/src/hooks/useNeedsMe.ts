import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { needing, type Filters } from '../store/filters';
import { listQuery } from './useTaskList';
import { useWorkspace } from './useWorkspace';

export interface NeedsMe {
  /** Whether anything is known of them yet. */
  known: boolean;
  count: number;
  /** Whether there are more than have been counted. */
  hasMore: boolean;
  /** What lists them. */
  filters: Filters;
}

/** How many of the user's own tasks wait for an answer, live. */
export function useNeedsMe(): NeedsMe {
  const { cache, user } = useWorkspace();
  const filters = useMemo(() => needing(user), [user]);
  const { data, isPlaceholderData } = useQuery(listQuery(cache, filters));
  const count = data?.rows.length ?? 0;
  // What other lists tell are some of them at least.
  const known = data !== undefined && (count > 0 || !isPlaceholderData);
  return { known, count, hasMore: data !== undefined && data.nextCursor !== null, filters };
}
