import { useEffect, useReducer } from 'react';
import type { StatusChange, TaskView } from '../api/types';
import { applyToRoom, emptyRoom, type Room } from '../store/room';
import { useWebSocket } from './useWebSocket';

export interface TaskSubscription {
  room: Room;
  /** Shows a task that a REST call answered with. */
  show: (task: TaskView) => void;
}

/** One task and its timeline, live. Use it in a component keyed by the task. */
export function useTaskSubscription(taskId: string): TaskSubscription {
  const { link } = useWebSocket();
  const [room, apply] = useReducer(applyToRoom, emptyRoom);

  useEffect(() => {
    const ours = <Payload extends { taskId: string }>(act: (payload: Payload) => void) => {
      return (payload: Payload) => {
        if (payload.taskId === taskId) act(payload);
      };
    };
    const status = ours<StatusChange>((payload) => { apply({ type: 'status', payload }); });
    const stopListening = link.listen({
      'task:state': ours((payload) => { apply({ type: 'state', payload }); }),
      'task:event_added': ours((payload) => { apply({ type: 'event', payload }); }),
      'dashboard:task_list_updated': ours((payload) => { apply({ type: 'summary', payload }); }),
      'task:progress': ours((payload) => { apply({ type: 'progress', payload }); }),
      'task:removed': ours(() => { apply({ type: 'removed' }); }),
      'task:analyzing': status,
      'task:clarification_needed': status,
      'task:dispatched': status,
      'task:pr_opened': status,
      'task:pr_merged': status,
      'task:pr_closed': status,
      'task:failed': status,
      'task:cancelled': status,
    });
    const leave = link.join({ taskId }, () => { apply({ type: 'refused' }); });
    return () => {
      leave();
      stopListening();
    };
  }, [link, taskId]);

  const behind = room.kind === 'ready' && room.gap !== null;
  const version = room.kind === 'ready' ? room.task.version : 0;
  useEffect(() => {
    return behind ? link.resync({ taskIds: [taskId], versions: { [taskId]: version } }) : undefined;
  }, [link, taskId, behind, version]);

  return { room, show: (task) => { apply({ type: 'state', payload: task }); } };
}
