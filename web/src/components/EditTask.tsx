import { useRef, useState, type SyntheticEvent } from 'react';
import type { EditTask as Edit, TaskView } from '../api/types';
import { useMe } from '../hooks/useMe';
import { useSend } from '../hooks/useSend';
import { useTaskActions } from '../hooks/useTaskActions';
import { texts } from '../texts';
import { FailureNote } from './FailureNote';
import { labelsOf, wrongIn, type TaskText, type Wrong } from './taskRules';
import { TaskFields } from './TaskFields';
import { useFirstWrong } from './useFirstWrong';
import { wrongFrom } from './wrongFrom';
import { Button } from './ui/Button';
import { Dialog } from './ui/Dialog';
import { Notice } from './ui/Notice';

const words = texts.edit;

interface EditTaskProps {
  /** The task as it is now: it may change while somebody writes here. */
  task: TaskView;
  onClose: () => void;
}

/** Edits a task against the version it was opened at; what others changed meanwhile is shown, not lost. */
export default function EditTask({ task, onClose }: EditTaskProps) {
  const { edit } = useTaskActions();
  const me = useMe();
  const [base, setBase] = useState(task);
  const [text, setText] = useState(() => textOf(task));
  const [wrong, setWrong] = useState<Wrong>({});
  const [nothing, setNothing] = useState(false);
  const { pending, failure, send } = useSend((changes: Edit) => edit(base, changes));
  const form = useRef<HTMLFormElement>(null);
  const shown = { ...wrongFrom(failure), ...wrong };
  useFirstWrong(form, shown);

  const conflict = failure?.code === 'version_conflict' && base.version !== task.version;
  const theirs = conflict ? differences(textOf(base), textOf(task)) : [];

  const submit = () => {
    if (pending) return;
    const found = wrongIn(text);
    const changes = changesOf(textOf(base), text);
    const same = Object.keys(changes).length === 0;
    setWrong(found);
    setNothing(same);
    if (same || Object.keys(found).length > 0) return;
    void send(changes).then((sent) => {
      if (sent) onClose();
    });
  };
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    submit();
  };

  return (
    <Dialog title={words.heading} width="wide" onClose={onClose}>
      <form ref={form} onSubmit={onSubmit} noValidate className="grid gap-4 p-5">
        {conflict && (
          <Notice tone="wait" role="alert" title={words.conflict}>
            <p className="text-sm">{words.conflictAdvice}</p>
            <dl className="mt-2 grid gap-2 text-sm">
              {theirs.map((name) => (
                <div key={name}>
                  <dt className="font-medium">{words.theirs(fieldNames[name])}</dt>
                  <dd className="max-h-32 overflow-y-auto rounded border border-line bg-ground px-2 py-1 whitespace-pre-wrap">
                    {textOf(task)[name] || '—'}
                  </dd>
                </div>
              ))}
            </dl>
            <div className="mt-3 flex flex-wrap gap-2">
              <Button size="small" look="primary" onClick={() => { setBase(task); }}>
                {words.keepMine}
              </Button>
              <Button
                size="small"
                onClick={() => {
                  setBase(task);
                  setText(textOf(task));
                }}
              >
                {words.takeTheirs}
              </Button>
            </div>
          </Notice>
        )}
        <TaskFields
          text={text}
          wrong={shown}
          teams={me?.teams ?? []}
          withRepo={false}
          onChange={(changes) => {
            setText((before) => ({ ...before, ...changes }));
            setNothing(false);
            setWrong({});
          }}
          onSend={submit}
          fold={(more) => more}
        />
        {!conflict && <FailureNote failure={failure} shown={(field) => field in wrongFrom(failure)} />}
        <div className="flex flex-wrap items-center gap-2">
          <p role="status" className="min-w-0 flex-1 text-sm text-soft">
            {nothing ? words.nothing : words.hint}
          </p>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button type="submit" look="primary" aria-disabled={pending}>
            {pending ? words.pending : words.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const fieldNames: Record<keyof TaskText, string> = {
  title: texts.create.title,
  description: texts.create.description,
  repo: texts.create.repo,
  labels: texts.create.labels,
  visibility: texts.create.visibility,
  team: texts.create.team,
};

function textOf({ title, description, repo, labels, visibility, team }: TaskView): TaskText {
  return { title, description, repo: repo ?? '', labels: labels.join(', '), visibility, team: team ?? '' };
}

function differences(before: TaskText, after: TaskText): (keyof TaskText)[] {
  const names: readonly (keyof TaskText)[] = ['title', 'description', 'labels', 'visibility', 'team'];
  return names.filter((name) => before[name] !== after[name]);
}

/** Only what was changed here, so that an edit undoes nobody else's. */
function changesOf(before: TaskText, after: TaskText): Edit {
  const changes: Edit = {};
  for (const name of differences(before, after)) {
    switch (name) {
      case 'title':
        changes.title = after.title.trim();
        break;
      case 'description':
        changes.description = after.description;
        break;
      case 'labels':
        changes.labels = labelsOf(after.labels);
        break;
      case 'visibility':
        changes.visibility = after.visibility;
        break;
      case 'team':
        changes.team = after.team === '' ? null : after.team;
        break;
      case 'repo':
        break;
    }
  }
  return changes;
}
