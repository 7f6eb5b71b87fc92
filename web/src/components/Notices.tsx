import { useNotices } from '../hooks/useNotifications';
import { usePlace } from '../hooks/usePlace';
import { texts } from '../texts';

/** Lets the browser tell what the user wants to be told. */
export function Notices() {
  const { openTask } = usePlace();
  useNotices({
    say: ({ kind, title }) => ({ title, body: texts.notifications.said[kind] }),
    open: openTask,
  });
  return null;
}
