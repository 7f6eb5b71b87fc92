import { useMemo } from 'react';
import { useLocation, useMatch, useNavigate } from 'react-router';

export type View = 'list' | 'board';

export interface Place {
  view: View;
  /** The task shown in detail. */
  taskId: string | null;
  /** The address of the list or board, with the filters of now. */
  toView: (view: View) => string;
  /** The address of a task, beside the list or board of now. */
  toTask: (taskId: string) => string;
  openTask: (taskId: string) => void;
  closeTask: () => void;
  openView: (view: View) => void;
}

/** Where the page is: list or board, and perhaps one task. */
export function usePlace(): Place {
  const { search } = useLocation();
  const taskId = useMatch('/tasks/:taskId')?.params.taskId ?? null;
  const navigate = useNavigate();

  return useMemo(() => {
    const toView = (view: View) => {
      const next = new URLSearchParams(search);
      if (view === 'board') next.set('view', 'board');
      else next.delete('view');
      const text = next.toString();
      return text === '' ? '/' : `/?${text}`;
    };
    const view: View = new URLSearchParams(search).get('view') === 'board' ? 'board' : 'list';
    const toTask = (id: string) => `/tasks/${encodeURIComponent(id)}${search}`;
    return {
      view,
      taskId,
      toView,
      toTask,
      openTask: (id) => void navigate(toTask(id)),
      closeTask: () => void navigate(toView(view)),
      openView: (next) => void navigate(toView(next)),
    };
  }, [search, taskId, navigate]);
}
