/** The server's rules for what a task may say, so that a form need not be sent to learn them. */
import type { Visibility } from '../api/types';
import { texts } from '../texts';

const words = texts.wrong;

/** A task as it is written in a form. */
export interface TaskText {
  title: string;
  description: string;
  repo: string;
  /** Separated by commas. */
  labels: string;
  visibility: Visibility;
  team: string;
}

export type TaskField = keyof TaskText;

/** What is wrong, by field; the words follow the field's name. */
export type Wrong = Partial<Record<TaskField, string>>;

// Newline and tab are fine, everything else that does not print is not.
// eslint-disable-next-line no-control-regex -- these are what is refused
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
const repoName = /^[A-Za-z0-9_.-]{1,100}\/[A-Za-z0-9_.-]{1,100}$/;

export const most = { title: 200, description: 20_000, labels: 20, label: 50 } as const;

/** Characters as the server counts them, not halves of them. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

export function labelsOf(text: string): string[] {
  const labels = text.split(',').map((label) => label.trim()).filter(Boolean);
  return [...new Set(labels)];
}

export function wrongIn(text: TaskText): Wrong {
  const wrong: Wrong = {};
  const title = text.title.trim();
  const labels = labelsOf(text.labels);
  if (title === '' || lengthOf(title) > most.title) wrong.title = words.length(1, most.title);
  else if (unprintable.test(title)) wrong.title = words.control;
  if (lengthOf(text.description) > most.description) wrong.description = words.atMost(most.description);
  else if (unprintable.test(text.description)) wrong.description = words.control;
  if (text.repo.trim() !== '' && !repoName.test(text.repo.trim())) wrong.repo = words.repo;
  if (labels.length > most.labels) wrong.labels = words.labels(most.labels);
  else if (labels.some((label) => lengthOf(label) > most.label)) wrong.labels = words.label(most.label);
  if (text.visibility === 'team' && text.team === '') wrong.team = words.team;
  return wrong;
}
