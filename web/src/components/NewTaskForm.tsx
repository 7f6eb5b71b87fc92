import { useEffect, useRef, useState, type SyntheticEvent } from 'react';
import { createTask } from '../api/client';
import type { CreateTask, TaskView } from '../api/types';
import { useSubmission } from '../hooks/useSubmission';
import { texts } from '../texts';
import { Field } from './Field';
import { ProblemNote } from './ProblemNote';

const words = texts.create;

export function NewTaskForm({ token }: { token: string }) {
  const [title, setTitle] = useState('');
  const [description, setDescription] = useState('');
  const [done, setDone] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const { pending, problem, submit } = useSubmission<CreateTask, TaskView>((task, key) =>
    createTask(token, task, key),
  );

  useEffect(() => {
    if (problem?.errors) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [problem]);

  const send = async () => {
    setDone(null);
    const task = await submit({ title, description });
    if (!task) return;
    setTitle('');
    setDescription('');
    setDone(words.done(task.title));
  };

  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!pending) void send();
  };

  const errorOf = (name: string) =>
    problem?.errors?.find(({ field }) => field === name)?.message ?? null;

  return (
    <form ref={form} className="panel" onSubmit={onSubmit} noValidate aria-labelledby="new-task">
      <h2 id="new-task">{words.heading}</h2>
      <Field label={words.title} error={errorOf('title')}>
        {(control) => (
          <input
            {...control}
            required
            autoComplete="off"
            value={title}
            onChange={(event) => { setTitle(event.target.value); }}
          />
        )}
      </Field>
      <Field label={words.description} hint={words.descriptionHint} error={errorOf('description')}>
        {(control) => (
          <textarea
            {...control}
            rows={4}
            value={description}
            onChange={(event) => { setDescription(event.target.value); }}
          />
        )}
      </Field>
      <ProblemNote problem={problem} shown={(field) => field === 'title' || field === 'description'} />
      <button type="submit" className="primary" aria-disabled={pending}>
        {pending ? words.pending : words.submit}
      </button>
      <p role="status" className="done">
        {done}
      </p>
    </form>
  );
}
