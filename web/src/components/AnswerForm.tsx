import { useState, type SyntheticEvent } from 'react';
import { answerQuestions, fieldErrors } from '../api/client';
import type { AnswerQuestion, Question, TaskView } from '../api/types';
import { useSubmission } from '../hooks/useSubmission';
import { texts } from '../texts';
import { FailureNote } from './FailureNote';
import { Field } from './Field';

const words = texts.answer;

interface AnswerFormProps {
  token: string;
  taskId: string;
  questions: Question[];
  onAnswered: (task: TaskView) => void;
}

export function AnswerForm({ token, taskId, questions, onAnswered }: AnswerFormProps) {
  const [drafts, setDrafts] = useState<Partial<Record<string, string>>>({});
  const [empty, setEmpty] = useState(false);
  const { pending, failure, submit } = useSubmission<AnswerQuestion[], TaskView>((answers, key) =>
    answerQuestions(token, taskId, answers, key),
  );
  const [sent, setSent] = useState<AnswerQuestion[]>([]);
  const open = questions.filter((question) => question.answer === null);
  const answers = open.flatMap(({ id }) => {
    const answer = drafts[id]?.trim();
    return answer ? [{ questionId: id, answer }] : [];
  });

  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    setEmpty(answers.length === 0);
    if (pending || answers.length === 0) return;
    setSent(answers);
    void submit(answers).then((task) => {
      if (task) onAnswered(task);
    });
  };

  // The server names a field by its place among the answers that were sent.
  const errors = fieldErrors(failure).flatMap(({ field, message }) => {
    const place = /^answers\[(\d+)\]/.exec(field)?.[1];
    const questionId = place === undefined ? undefined : sent[Number(place)]?.questionId;
    return questionId === undefined ? [] : [{ field, questionId, message: `${words.answer} ${message}` }];
  });

  return (
    <form className="questions" onSubmit={onSubmit} noValidate aria-labelledby="questions">
      <h3 id="questions">{words.heading}</h3>
      {open.map((question) => (
        <QuestionField
          key={question.id}
          question={question}
          draft={drafts[question.id] ?? ''}
          error={errors.find(({ questionId }) => questionId === question.id)?.message ?? null}
          onChange={(draft) => { setDrafts((all) => ({ ...all, [question.id]: draft })); }}
        />
      ))}
      <FailureNote failure={failure} shown={(name) => errors.some(({ field }) => field === name)} />
      {empty && <p role="alert" className="field-error">{words.empty}</p>}
      <button type="submit" className="primary" aria-disabled={pending}>
        {pending ? words.pending : words.submit}
      </button>
    </form>
  );
}

interface QuestionFieldProps {
  question: Question;
  draft: string;
  error: string | null;
  onChange: (draft: string) => void;
}

function QuestionField({ question, draft, error, onChange }: QuestionFieldProps) {
  return (
    <>
      <Field label={question.text} error={error}>
        {(control) => (
          <textarea {...control} rows={2} value={draft} onChange={(event) => { onChange(event.target.value); }} />
        )}
      </Field>
      {question.choices.length > 0 && (
        <div className="choices" role="group" aria-label={`${words.suggestions}: ${question.text}`}>
          {question.choices.map((choice) => (
            <button key={choice} type="button" onClick={() => { onChange(choice); }}>
              {choice}
            </button>
          ))}
        </div>
      )}
    </>
  );
}

/** Questions that have their answer. */
export function Answers({ questions }: { questions: Question[] }) {
  const answered = questions.filter((question) => question.answer !== null);
  if (answered.length === 0) return null;
  return (
    <dl className="answers">
      {answered.map((question) => (
        <div key={question.id}>
          <dt>{question.text}</dt>
          <dd className="prose">
            {question.answer}
            {question.answeredBy && <span className="hint"> {words.answeredBy(question.answeredBy.name)}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
