import { useEffect, useRef, useState, type SyntheticEvent } from 'react';
import { createTask, fieldErrors } from '../api/client';
import type { CreateTask, TaskView } from '../api/types';
import { useSubmission } from '../hooks/useSubmission';
import { texts } from '../texts';
import { FailureNote } from './FailureNote';
import { Field } from './Field';

const words = texts.create;

export function NewTaskForm({ token }: { token: string }) {
  const [title, setTitle] = useState('');
  const [description, setDescription] = useState('');
  const [done, setDone] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const { pending, failure, submit } = useSubmission<CreateTask, TaskView>((task, key) =>
    createTask(token, task, key),
  );

  useEffect(() => {
    if (failure) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [failure]);

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

  // The server's message follows the field's name.
  const errorOf = (name: 'title' | 'description') => {
    const error = fieldErrors(failure).find(({ field }) => field === name);
    return error ? `${words[name]} ${error.message}` : null;
  };

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
      <FailureNote failure={failure} shown={(field) => field === 'title' || field === 'description'} />
      <button type="submit" className="primary" aria-disabled={pending}>
        {pending ? words.pending : words.submit}
      </button>
      <p role="status" className="done">
        {done}
      </p>
    </form>
  );
}
