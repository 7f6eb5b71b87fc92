import { useDashboardSubscription } from '../hooks/useDashboardSubscription';
import { usePlace } from '../hooks/usePlace';
import { useTaskTitle } from '../hooks/useTaskTitle';
import { texts } from '../texts';

/** The tab says which task is open, and how many wait for an answer. */
export function PageTitle() {
  const { counts } = useDashboardSubscription();
  const { taskId } = usePlace();
  const title = useTaskTitle(taskId);
  const waiting = counts.clarification_needed;
  return <title>{title === null ? texts.title(waiting) : texts.taskTitle(title, waiting)}</title>;
}
