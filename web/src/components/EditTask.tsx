import { useRef, useState, type SyntheticEvent } from 'react';
import type { Failure } from '../api/client';
import type { TaskView } from '../api/types';
import { useDraft } from '../hooks/useDraft';
import { useMe } from '../hooks/useMe';
import { useSend } from '../hooks/useSend';
import { useTaskActions } from '../hooks/useTaskActions';
import type { Outcome } from '../offline/outbox';
import type { Draft } from '../session/drafts';
import { texts, visibilityText } from '../texts';
import { FailureNote } from './FailureNote';
import { changesOf, conflicts, dropped, rebased, textOf, touched, withEdit, type EditedField } from './taskEdit';
import { wrongIn, type Wrong } from './taskRules';
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

/** Retries this often when the task moved on, but nothing that was edited did. */
const mostTries = 3;

/**
 * Edits a task. What is written outlives the dialog until it is saved. Others may change the task
 * meanwhile: fields that are not touched here follow it, and nothing is written over theirs unasked.
 */
export default function EditTask({ task, onClose }: EditTaskProps) {
  const { edit } = useTaskActions();
  const me = useMe();
  const { draft, write, discard, settle } = useDraft(`edit.${task.taskId}`);
  const [wrong, setWrong] = useState<Wrong>({});
  const [nothing, setNothing] = useState(false);
  const [settled, setSettled] = useState<Failure | null>(null);
  const { pending, failure, send } = useSend(saved);
  const form = useRef<HTMLFormElement>(null);
  const now = textOf(task);
  const text = withEdit(now, draft);
  const theirs = conflicts(now, draft);
  const changed = Object.values(draft).some(Boolean);
  const shown = { ...wrongFrom(failure), ...wrong };
  useFirstWrong(form, shown);

  async function saved(mine: Draft): Promise<Outcome> {
    let known = task;
    for (let tries = 1; ; tries += 1) {
      const outcome = await edit(known, changesOf(textOf(known), mine));
      const moved = outcome.kind === 'refused' && outcome.failure.code === 'version_conflict' ? outcome.task : null;
      if (moved === null || tries === mostTries || conflicts(textOf(moved), mine).length > 0) return outcome;
      known = moved;
    }
  }

  const decide = (changes: Draft) => {
    write(changes);
    setSettled(failure);
  };
  const submit = () => {
    if (pending || theirs.length > 0) return;
    const found = wrongIn(text);
    const same = Object.keys(changesOf(now, draft)).length === 0;
    setWrong(found);
    setNothing(same);
    if (same || Object.keys(found).length > 0) return;
    void send(draft).then((sent) => {
      if (!sent) return;
      settle(draft);
      onClose();
    });
  };
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    submit();
  };

  return (
    <Dialog title={words.heading} width="wide" onClose={onClose}>
      <form ref={form} onSubmit={onSubmit} noValidate className="grid gap-4 p-5">
        {theirs.length > 0 && (
          <Notice tone="wait" role="alert" title={words.conflict}>
            <p className="text-sm">{words.conflictAdvice}</p>
            <dl className="mt-2 grid gap-2 text-sm">
              {theirs.map((name) => (
                <div key={name}>
                  <dt className="font-medium">{words.theirs(fieldNames[name])}</dt>
                  <dd className="max-h-32 overflow-y-auto rounded border border-line bg-ground px-2 py-1 whitespace-pre-wrap">
                    {name === 'visibility' ? visibilityText[now.visibility] : now[name] || '—'}
                  </dd>
                </div>
              ))}
            </dl>
            <div className="mt-3 flex flex-wrap gap-2">
              <Button size="small" look="primary" onClick={() => { decide(rebased(now, theirs)); }}>
                {words.keepMine}
              </Button>
              <Button size="small" onClick={() => { decide(dropped(theirs)); }}>
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
            write(touched(now, draft, changes));
            setNothing(false);
            setWrong({});
          }}
          onSend={submit}
          fold={(more) => more}
        />
        {theirs.length === 0 && <FailureNote failure={failure === settled ? null : failure} shown={(field) => field in wrongFrom(failure)} />}
        <div className="flex flex-wrap items-center gap-2">
          <p role="status" className="min-w-0 flex-1 text-sm text-soft">
            {nothing ? words.nothing : changed ? words.draft : words.hint}
          </p>
          <Button
            onClick={() => {
              discard();
              onClose();
            }}
          >
            {changed ? words.discard : texts.cancel}
          </Button>
          <Button type="submit" look="primary" aria-disabled={pending}>
            {pending ? words.pending : words.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const fieldNames: Record<EditedField, string> = {
  title: texts.create.title,
  description: texts.create.description,
  labels: texts.create.labels,
  visibility: texts.create.visibility,
  team: texts.create.team,
};
