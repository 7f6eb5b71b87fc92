import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { needing, type Filters } from '../store/filters';
import { listQuery } from './useTaskList';
import { useWorkspace } from './useWorkspace';

export interface NeedsMe {
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
  return { count: data?.rows.length ?? 0, hasMore: !isPlaceholderData && data != null && data.nextCursor !== null, filters };
}
