import { Copy, MessageSquare, TriangleAlert } from 'lucide-react';
import type { Question } from '../api/types';
import { useSend } from '../hooks/useSend';
import { useTaskActions } from '../hooks/useTaskActions';
import { texts } from '../texts';
import { copy } from './clipboard';
import { FailureNote } from './FailureNote';
import { Button } from './ui/Button';

const words = texts.answer.closed;

interface ClosedQuestionProps {
  taskId: string;
  question: Question;
  /** What the user wrote, too late. */
  text: string;
  /** The user is done with the text. */
  onDone: () => void;
}

/** A question that was closed while its answer was being written: what was answered, and what can be done with the text. */
export function ClosedQuestion({ taskId, question, text, onDone }: ClosedQuestionProps) {
  const { comment } = useTaskActions();
  const { pending, failure, send } = useSend((said: string) => comment(taskId, said));
  const post = () => {
    if (pending) return;
    void send(question.text === words.forgotten ? text.trim() : quoted(question.text, text.trim())).then((taken) => {
      if (taken) onDone();
    });
  };
  return (
    <div className="grid gap-2">
      <div role="status" className="flex items-start gap-2 text-sm">
        <TriangleAlert size={15} aria-hidden="true" className="mt-0.5 shrink-0 text-wait" />
        <div className="min-w-0">
          {question.answer === null ? (
            words.withdrawn
          ) : (
            <>
              {words.answered(question.answeredBy?.name ?? null)}{' '}
              <span className="whitespace-pre-wrap text-soft">“{question.answer}”</span>
            </>
          )}{' '}
          {words.yours}
        </div>
      </div>
      <FailureNote failure={failure} />
      <div className="flex flex-wrap gap-2">
        <Button size="small" onClick={() => void copy(text, words.copied)}>
          <Copy size={14} aria-hidden="true" />
          {words.copy}
        </Button>
        <Button size="small" aria-disabled={pending} onClick={post}>
          <MessageSquare size={14} aria-hidden="true" />
          {pending ? texts.comment.pending : words.post}
        </Button>
        <Button size="small" look="quiet" onClick={onDone}>
          {words.discard}
        </Button>
      </div>
    </div>
  );
}

/** A comment says what it answers. */
function quoted(question: string, text: string): string {
  return `${question.replace(/^/gm, '> ')}\n\n${text}`;
}
