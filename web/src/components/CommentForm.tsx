import { useRef, useState, type SyntheticEvent } from 'react';
import { fieldErrors } from '../api/client';
import { useDraft } from '../hooks/useDraft';
import { useSend } from '../hooks/useSend';
import { useLoginEnding } from '../hooks/useSession';
import { useTaskActions } from '../hooks/useTaskActions';
import { texts } from '../texts';
import { FailureNote } from './FailureNote';
import { sendKeys } from './platform';
import { sendOnEnter } from './sendOnEnter';
import { Button } from './ui/Button';
import { Field, TextArea } from './ui/Field';
import { Kbd } from './ui/Kbd';

const words = texts.comment;

interface CommentFormProps {
  taskId: string;
  onSent: () => void;
}

export function CommentForm({ taskId, onSent }: CommentFormProps) {
  const { comment } = useTaskActions();
  const { draft, write, settle } = useDraft(`comment.${taskId}`);
  const [empty, setEmpty] = useState(false);
  const { pending, failure, queued, send } = useSend((text: string) => comment(taskId, text));
  const isOver = useLoginEnding()?.over === true;
  const field = useRef<HTMLTextAreaElement>(null);
  const text = draft.text ?? '';

  const submit = () => {
    const written = text.trim();
    setEmpty(written === '');
    if (written === '') field.current?.focus();
    if (pending || written === '') return;
    void send(written).then((taken) => {
      if (!taken) return;
      settle({ text });
      onSent();
    });
  };
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    submit();
  };

  const error = fieldErrors(failure).find((each) => each.field === 'text');
  const problem = error ? `${words.label} ${error.message}` : empty && text.trim() === '' ? words.empty : null;

  return (
    <form onSubmit={onSubmit} noValidate className="grid gap-2">
      <Field label={words.label} labelHidden error={problem}>
        {(control) => (
          <TextArea
            {...control}
            ref={field}
            rows={3}
            value={text}
            placeholder={words.placeholder}
            onChange={(event) => { write({ text: event.target.value }); }}
            onKeyDown={sendOnEnter(submit)}
          />
        )}
      </Field>
      <FailureNote failure={failure} shown={(name) => name === 'text'} />
      <div className="flex items-center justify-between gap-3">
        <p className="text-sm text-soft" role="status">
          {!queued ? words.hint : isOver ? texts.keptForLogin : words.queued}
        </p>
        <span className="flex items-center gap-2">
          <span className="hidden gap-1 sm:flex" aria-hidden="true">
            {sendKeys.map((key) => (
              <Kbd key={key}>{key}</Kbd>
            ))}
          </span>
          <Button type="submit" look="primary" aria-disabled={pending}>
            {pending ? words.pending : words.submit}
          </Button>
        </span>
      </div>
    </form>
  );
}
