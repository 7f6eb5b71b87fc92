import { fieldErrors, type Failure } from '../api/client';
import type { TaskField, Wrong } from './taskRules';

const fields: readonly TaskField[] = ['title', 'description', 'repo', 'labels', 'visibility', 'team'];

/** What the server says is wrong with a task, by field: `labels[3]` is one of `labels`. */
export function wrongFrom(failure: Failure | null): Wrong {
  const wrong: Wrong = {};
  for (const { field, message } of fieldErrors(failure)) {
    const name = fields.find((known) => known === field || field.startsWith(`${known}[`));
    if (name) wrong[name] ??= message;
  }
  return wrong;
}
