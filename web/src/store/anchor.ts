/** Where the rows that a reader sees go in a list while others come, go and move. */
import type { TaskSummary } from '../api/types';

type Row = Pick<TaskSummary, 'taskId' | 'version'>;

/** So many rows are looked at until one is found by which the list is held. */
const mostLooked = 40;

/**
 * By how many places the first row in sight, the one at `first`, has been moved by others. A row that
 * has changed may have moved by itself, so the next one that has not is looked at instead.
 */
export function shiftOf(before: readonly Row[], after: readonly Row[], first: number): number {
  const from = Math.max(0, first);
  for (const [place, row] of before.slice(from, from + mostLooked).entries()) {
    const index = from + place;
    const now = isAsBefore(row, after[index]) ? index : after.findIndex((each) => isAsBefore(row, each));
    if (now >= 0) return now - index;
  }
  return 0;
}

function isAsBefore(before: Row, now: Row | undefined): boolean {
  return now?.taskId === before.taskId && now.version === before.version;
}
