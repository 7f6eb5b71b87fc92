/** An edit of a task that others may edit meanwhile: only the fields that were touched are part of it. */
import type { EditTask, TaskView } from '../api/types';
import type { Draft } from '../session/drafts';
import { labelsOf, type TaskText } from './taskRules';

export type EditedField = Exclude<keyof TaskText, 'repo'>;

const fields: readonly EditedField[] = ['title', 'description', 'labels', 'visibility', 'team'];

export function textOf({ title, description, repo, labels, visibility, team }: TaskView): TaskText {
  return { title, description, repo: repo ?? '', labels: labels.join(', '), visibility, team: team ?? '' };
}

/** The task as it is now, with what was changed here. */
export function withEdit(now: TaskText, edit: Draft): TaskText {
  const { title = now.title, description = now.description, labels = now.labels, team = now.team } = edit;
  const visibility = edit.visibility === 'everyone' || edit.visibility === 'team' || edit.visibility === 'private' ? edit.visibility : now.visibility;
  return { ...now, title, description, labels, visibility, team };
}

/** What to remember of a change: the new text, and what it was written over. */
export function touched(now: TaskText, edit: Draft, changes: Partial<TaskText>): Draft {
  const next: Draft = {};
  for (const name of fields) {
    const text = changes[name];
    if (text === undefined) continue;
    const was = edit[before(name)] ?? now[name];
    // What is as it was is not touched.
    next[name] = text === was ? undefined : text;
    next[before(name)] = text === was ? undefined : was;
  }
  return next;
}

/** The fields that somebody else has changed to something else since they were touched here. */
export function conflicts(now: TaskText, edit: Draft): EditedField[] {
  return fields.filter((name) => edit[name] !== undefined && edit[before(name)] !== now[name] && edit[name] !== now[name]);
}

/** The edit, written over the task as it is now. */
export function rebased(now: TaskText, names: readonly EditedField[]): Draft {
  return Object.fromEntries(names.map((name) => [before(name), now[name]]));
}

/** The edit without those fields. */
export function dropped(names: readonly EditedField[]): Draft {
  return Object.fromEntries(names.flatMap((name) => [[name, undefined], [before(name), undefined]]));
}

/** Only what was changed here, so that an edit undoes nobody else's. */
export function changesOf(now: TaskText, edit: Draft): EditTask {
  const mine = withEdit(now, edit);
  const changes: EditTask = {};
  for (const name of fields.filter((each) => mine[each] !== now[each])) {
    switch (name) {
      case 'title':
        changes.title = mine.title.trim();
        break;
      case 'description':
        changes.description = mine.description;
        break;
      case 'labels':
        changes.labels = labelsOf(mine.labels);
        break;
      case 'visibility':
        changes.visibility = mine.visibility;
        break;
      case 'team':
        changes.team = mine.team === '' ? null : mine.team;
        break;
    }
  }
  return changes;
}

function before(name: EditedField): string {
  return `before.${name}`;
}
