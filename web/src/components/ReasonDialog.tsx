import type { SyntheticEvent } from 'react';
import { fieldErrors } from '../api/client';
import type { TaskView } from '../api/types';
import { useDraft } from '../hooks/useDraft';
import { useSend } from '../hooks/useSend';
import { useTaskActions } from '../hooks/useTaskActions';
import { texts } from '../texts';
import { FailureNote } from './FailureNote';
import { sendOnEnter } from './sendOnEnter';
import { Button } from './ui/Button';
import { Dialog } from './ui/Dialog';
import { Field, TextArea } from './ui/Field';

const words = texts.confirm;

interface ReasonDialogProps {
  act: 'cancel' | 'retry';
  task: TaskView;
  onClose: () => void;
}

/** Asks before a task is cancelled or retried, and why. */
export default function ReasonDialog({ act, task, onClose }: ReasonDialogProps) {
  const actions = useTaskActions();
  const { draft, write, settle } = useDraft(`${act}.${task.taskId}`);
  const reason = draft.reason ?? '';
  const { pending, failure, send } = useSend((given: string) => actions[act](task.taskId, given));
  const [heading, advice, label] =
    act === 'cancel'
      ? [words.cancelHeading, words.cancelAdvice, words.cancelSubmit]
      : [words.retryHeading, words.retryAdvice, words.retrySubmit];

  const submit = () => {
    if (pending) return;
    void send(reason).then((taken) => {
      if (!taken) return;
      settle({ reason });
      onClose();
    });
  };
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    submit();
  };
  const error = fieldErrors(failure).find(({ field }) => field === 'reason');

  return (
    <Dialog title={heading} onClose={onClose}>
      <form onSubmit={onSubmit} noValidate className="grid gap-4 p-5">
        <p className="text-soft">
          <strong className="font-medium text-text">{task.title}.</strong> {advice}
        </p>
        <Field label={words.reason} error={error ? `${words.reason} ${error.message}` : null}>
          {(control) => (
            <TextArea
              {...control}
              data-first
              rows={2}
              value={reason}
              onChange={(event) => { write({ reason: event.target.value }); }}
              onKeyDown={sendOnEnter(submit)}
            />
          )}
        </Field>
        <FailureNote failure={failure} shown={(field) => field === 'reason'} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{act === 'cancel' ? words.keep : texts.cancel}</Button>
          <Button type="submit" look={act === 'cancel' ? 'danger' : 'primary'} aria-disabled={pending}>
            {pending ? words.pending : label}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
