import { useNeedsMe } from '../hooks/useNeedsMe';
import { usePlace } from '../hooks/usePlace';
import { useTaskTitle } from '../hooks/useTaskTitle';
import { texts } from '../texts';

/** The tab says which task is open, and how many wait for an answer of the user's. */
export function PageTitle() {
  const { count, hasMore } = useNeedsMe();
  const { taskId } = usePlace();
  const title = useTaskTitle(taskId);
  return <title>{title === null ? texts.title(count, hasMore) : texts.taskTitle(title, count, hasMore)}</title>;
}
