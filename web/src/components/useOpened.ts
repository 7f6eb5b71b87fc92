import { NavigationType, useLocation, useNavigationType } from 'react-router';

/** What the browser's history keeps of a task that was opened by its row, not gone by with `j` and `k`. */
export const followed = { followed: true };

/** When the row of the task on the page was followed, as a name that is new each time; `null`: it came otherwise, as by Back. */
export function useOpened(): string | null {
  const place = useLocation();
  const way = useNavigationType();
  return way !== NavigationType.Pop && isFollowed(place.state) ? place.key : null;
}

function isFollowed(state: unknown): boolean {
  return typeof state === 'object' && state !== null && 'followed' in state;
}
