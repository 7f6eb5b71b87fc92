import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { CallFailed } from '../api/answers';
import type { Failure } from '../api/client';
import type { TaskView } from '../api/types';
import { roomKey } from '../session/workspace';
import type { Freshness } from '../store/freshness';
import { pendingComments, type OutboxEntry } from '../store/outbox';
import type { Room } from '../store/room';
import { useFreshness } from './useFreshness';
import { useObservable } from './useObservable';
import { useWorkspace } from './useWorkspace';

export type TaskSubscription = Shared &
  (
    | { kind: 'loading' }
    /** It could not be loaded, and nothing of it was kept. It is tried again when the server is back. */
    | { kind: 'failed'; failure: Failure; retry: () => void }
    /** It does not exist, or may not be seen. */
    | { kind: 'gone' }
    | { kind: 'ready'; task: TaskView; older: Older; pending: readonly OutboxEntry[] }
  );

interface Shared {
  freshness: Freshness;
}

export interface Older {
  /** Whether there are entries before `task.events`. */
  hasOlder: boolean;
  loadOlder: () => void;
  loading: boolean;
  failure: Failure | null;
}

/** One task and its timeline, live. `pending`: comments, answers and the like not taken yet, oldest first. */
export function useTaskSubscription(taskId: string): TaskSubscription {
  const { cache, live, outbox, user } = useWorkspace();
  const entries = useObservable(outbox.entries);
  const overall = useFreshness();
  const { data: room, error, refetch } = useQuery<Room>({
    queryKey: roomKey(taskId),
    queryFn: () => cache.fetchRoom(taskId),
  });
  const [loadingOlder, setLoadingOlder] = useState<{ loading: boolean; failure: Failure | null }>({
    loading: false,
    failure: null,
  });

  useEffect(() => live.follow(taskId), [live, taskId]);

  const loadOlder = useCallback(() => {
    setLoadingOlder({ loading: true, failure: null });
    void cache.loadOlder(taskId).then((failure) => { setLoadingOlder({ loading: false, failure }); });
  }, [cache, taskId]);

  const events = room?.kind === 'ready' ? room.task.events : undefined;
  const pending = useMemo(() => {
    const comments = new Set(pendingComments(entries, taskId, events ?? [], user));
    return entries.filter(
      (entry) => 'taskId' in entry.deed && entry.deed.taskId === taskId && (entry.deed.kind !== 'comment' || comments.has(entry)),
    );
  }, [entries, taskId, events, user]);

  const behind = room?.kind === 'ready' && room.gap !== null && overall.kind === 'live';
  const freshness: Freshness = behind ? { kind: 'catching_up', since: null } : overall;
  if (room?.kind === 'ready') {
    const older = { hasOlder: room.task.eventsFrom > 1, loadOlder, ...loadingOlder };
    return { kind: 'ready', task: room.task, older, pending, freshness };
  }
  if (room?.kind === 'gone') return { kind: 'gone', freshness };
  if (error instanceof CallFailed) {
    return { kind: 'failed', failure: error.failure, retry: () => void refetch(), freshness };
  }
  return { kind: 'loading', freshness };
}
