import { MessageCircleQuestionMark } from 'lucide-react';
import { useId, useState, type ReactNode, type SyntheticEvent } from 'react';
import { fieldErrors } from '../api/client';
import type { AnswerQuestion, Question } from '../api/types';
import { useDraft } from '../hooks/useDraft';
import { useSend } from '../hooks/useSend';
import { useLoginEnding } from '../hooks/useSession';
import { useTaskActions } from '../hooks/useTaskActions';
import type { Draft } from '../session/drafts';
import { texts } from '../texts';
import { ClosedQuestion } from './ClosedQuestion';
import { FailureNote } from './FailureNote';
import { sendOnEnter } from './sendOnEnter';
import { Button } from './ui/Button';
import { classes } from './ui/classes';
import { Field, TextArea } from './ui/Field';

const words = texts.answer;

interface AnswerFormProps {
  taskId: string;
  questions: readonly Question[];
  /** Whether the task still waits for them. */
  waiting: boolean;
}

/**
 * The questions that wait for an answer. Any may be answered alone. One that was closed stays as long
 * as there is a text for it that was not sent.
 */
export function AnswerForm({ taskId, questions, waiting }: AnswerFormProps) {
  const { answer } = useTaskActions();
  const { draft, write, settle } = useDraft(`answers.${taskId}`);
  const [empty, setEmpty] = useState(false);
  const [sent, setSent] = useState<AnswerQuestion[]>([]);
  const { pending, failure, queued, send } = useSend((answers: AnswerQuestion[]) => answer(taskId, answers));
  const isOver = useLoginEnding()?.over === true;
  const heading = useId();
  const isOpen = ({ answer: given }: Question) => waiting && given === null;
  const isLate = (question: Question) => {
    const text = draft[question.id]?.trim() ?? '';
    const underWay = pending && sent.some(({ questionId }) => questionId === question.id);
    return !isOpen(question) && !underWay && text !== '' && text !== question.answer;
  };
  const open = questions.filter(isOpen);
  const shown = [...questions, ...forgotten(draft, questions)].filter((question) => isOpen(question) || isLate(question));
  if (shown.length === 0) return null;

  const answers = open.flatMap(({ id }) => {
    const text = draft[id]?.trim();
    return text ? [{ questionId: id, answer: text }] : [];
  });

  const submit = () => {
    if (open.length === 0) return;
    setEmpty(answers.length === 0);
    if (pending || answers.length === 0) return;
    setSent(answers);
    void send(answers).then((taken) => {
      if (taken) settle(Object.fromEntries(answers.map(({ questionId }) => [questionId, draft[questionId] ?? ''])));
    });
  };
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    submit();
  };

  // The server names a field by its place among the answers that were sent.
  const errors = fieldErrors(failure).flatMap(({ field, message }) => {
    const place = /^answers\[(\d+)\]/.exec(field)?.[1];
    const questionId = place === undefined ? undefined : sent[Number(place)]?.questionId;
    return questionId === undefined ? [] : [{ field, questionId, message: `${words.answer} ${message}` }];
  });

  return (
    <form
      onSubmit={onSubmit}
      noValidate
      aria-labelledby={heading}
      className="rounded-xl border border-line-strong bg-raised"
    >
      <div className="flex gap-3 rounded-t-xl border-b border-line bg-wait-wash px-4 py-3">
        <MessageCircleQuestionMark size={20} aria-hidden="true" className="mt-0.5 shrink-0 text-wait" />
        <div>
          <h3 id={heading} className="font-semibold">
            {open.length === 0 ? words.closed.heading : open.length === 1 ? words.heading : words.headingMany(open.length)}
          </h3>
          <p className="text-sm text-soft">{open.length === 0 ? words.closed.explain : words.explain}</p>
        </div>
      </div>
      <div className="grid gap-5 p-4">
        {shown.map((question) => (
          <QuestionField
            key={question.id}
            question={question}
            draft={draft[question.id] ?? ''}
            error={errors.find(({ questionId }) => questionId === question.id)?.message ?? null}
            onChange={(text) => { write({ [question.id]: text }); }}
            onSend={submit}
          >
            {isLate(question) && (
              <ClosedQuestion
                taskId={taskId}
                question={question}
                text={draft[question.id] ?? ''}
                onDone={() => { write({ [question.id]: '' }); }}
              />
            )}
          </QuestionField>
        ))}
        <FailureNote failure={failure} shown={(name) => errors.some(({ field }) => field === name)} />
        {empty && answers.length === 0 && (
          <p role="alert" className="text-sm text-bad">
            {words.empty}
          </p>
        )}
        {queued && (
          <p role="status" className="text-sm text-soft">
            {isOver ? texts.keptForLogin : words.queued}
          </p>
        )}
        {open.length > 0 && (
          <Button type="submit" look="primary" className="justify-self-start" aria-disabled={pending}>
            {pending ? words.pending : open.length === 1 ? words.submitOne : words.submit}
          </Button>
        )}
      </div>
    </form>
  );
}

/** Questions that there are texts for, but that the task has no longer. */
function forgotten(draft: Draft, questions: readonly Question[]): Question[] {
  return Object.keys(draft)
    .filter((id) => !questions.some((question) => question.id === id))
    .map((id) => ({ id, text: words.closed.forgotten, choices: [], answer: null, answeredBy: null }));
}

interface QuestionFieldProps {
  question: Question;
  draft: string;
  error: string | null;
  onChange: (draft: string) => void;
  onSend: () => void;
  /** What else there is to say and to do. */
  children: ReactNode;
}

function QuestionField({ question, draft, error, onChange, onSend, children }: QuestionFieldProps) {
  const { choices, text } = question;
  return (
    <div className="grid gap-2">
      <Field label={text} error={error}>
        {(control) => (
          <>
            {choices.length > 0 && (
              <div role="group" aria-label={`${words.suggestions}: ${text}`} className="flex flex-wrap gap-2">
                {choices.map((choice) => (
                  <button
                    key={choice}
                    type="button"
                    aria-pressed={draft === choice}
                    onClick={() => { onChange(draft === choice ? '' : choice); }}
                    className={classes(
                      'min-h-8 rounded-full border px-3 text-left pointer-coarse:min-h-11',
                      draft === choice ? 'border-accent bg-accent-wash' : 'border-line-strong bg-raised hover:bg-hover',
                    )}
                  >
                    {choice}
                  </button>
                ))}
              </div>
            )}
            <TextArea
              {...control}
              rows={2}
              className="min-h-16"
              value={draft}
              placeholder={choices.length > 0 ? words.placeholder : words.placeholderFree}
              onChange={(event) => { onChange(event.target.value); }}
              onKeyDown={sendOnEnter(onSend)}
            />
          </>
        )}
      </Field>
      {children}
    </div>
  );
}

/** Questions that have their answer. */
export function Answers({ questions }: { questions: readonly Question[] }) {
  const answered = questions.filter((question) => question.answer !== null);
  if (answered.length === 0) return null;
  return (
    <section aria-label={words.answered}>
      <h3 className="mb-2 text-sm font-semibold text-soft">{words.answered}</h3>
      <dl className="grid gap-3">
        {answered.map((question) => (
          <div key={question.id} className="border-l-2 border-line-strong pl-3">
            <dt className="text-sm text-soft">{question.text}</dt>
            <dd className="whitespace-pre-wrap">
              {question.answer}
              {question.answeredBy && <span className="text-sm text-faint"> {words.answeredBy(question.answeredBy.name)}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
