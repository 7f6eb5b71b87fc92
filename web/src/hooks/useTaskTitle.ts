import { useQuery } from '@tanstack/react-query';
import { roomKey } from '../session/workspace';
import type { Room } from '../store/room';
import { useWorkspace } from './useWorkspace';

/** The title of a task as the page shows it; `null` while it shows none. */
export function useTaskTitle(taskId: string | null): string | null {
  const { cache } = useWorkspace();
  const { data: room } = useQuery<Room>({
    queryKey: roomKey(taskId ?? ''),
    queryFn: () => cache.fetchRoom(taskId ?? ''),
    // Whoever shows the task asks for it.
    enabled: false,
  });
  return taskId !== null && room?.kind === 'ready' ? room.task.title : null;
}
