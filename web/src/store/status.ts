/** The statuses, in the order of a task's life. */
import type { Counts, Status } from '../api/types';

export const statuses: readonly Status[] = [
  'created',
  'analyzing',
  'clarification_needed',
  'dispatched',
  'pr_opened',
  'merged',
  'failed',
  'cancelled',
];

export const noTasks: Counts = {
  created: 0,
  analyzing: 0,
  clarification_needed: 0,
  dispatched: 0,
  pr_opened: 0,
  merged: 0,
  failed: 0,
  cancelled: 0,
};

const ended: ReadonlySet<Status> = new Set<Status>(['merged', 'failed', 'cancelled']);

export function isOpen(status: Status): boolean {
  return !ended.has(status);
}

export function isStatus(word: string): word is Status {
  return word in noTasks;
}
