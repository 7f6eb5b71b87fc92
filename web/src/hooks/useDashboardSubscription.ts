import { useEffect, useReducer } from 'react';
import { applyToDashboard, emptyDashboard, type Dashboard } from '../store/dashboard';
import { useWebSocket } from './useWebSocket';

/** The list of tasks, live. */
export function useDashboardSubscription(): Dashboard {
  const { link } = useWebSocket();
  const [dashboard, apply] = useReducer(applyToDashboard, emptyDashboard);

  useEffect(() => {
    const stopListening = link.listen({
      'dashboard:state': (payload) => { apply({ type: 'state', payload }); },
      'task:created': (payload) => { apply({ type: 'created', payload }); },
      'dashboard:task_list_updated': (payload) => { apply({ type: 'updated', payload }); },
      'task:progress': (payload) => { apply({ type: 'progress', payload }); },
      'task:removed': (payload) => { apply({ type: 'removed', payload }); },
    });
    const leave = link.join({ dashboard: { limit: 100, sort: '-createdAt' } }, () => undefined);
    return () => {
      leave();
      stopListening();
    };
  }, [link]);

  const { stale } = dashboard;
  useEffect(() => {
    return stale ? link.resync({ taskIds: [], dashboard: true }) : undefined;
  }, [link, stale]);

  return dashboard;
}
