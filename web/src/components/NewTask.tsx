import { ChevronRight } from 'lucide-react';
import { useRef, useState, type ReactNode, type SyntheticEvent } from 'react';
import { Link } from 'react-router';
import type { CreateTask } from '../api/types';
import { useDraft } from '../hooks/useDraft';
import { useMe } from '../hooks/useMe';
import { useOutbox } from '../hooks/useOutbox';
import { usePlace } from '../hooks/usePlace';
import { useSend } from '../hooks/useSend';
import { useLoginEnding } from '../hooks/useSession';
import { useTaskActions } from '../hooks/useTaskActions';
import { refusedDraft, type Draft } from '../session/drafts';
import type { Deed, OutboxEntry } from '../store/outbox';
import { texts } from '../texts';
import { announce } from './announce';
import { FailureNote } from './FailureNote';
import { sendKeys } from './platform';
import { labelsOf, wrongIn, type TaskText, type Wrong } from './taskRules';
import { TaskFields } from './TaskFields';
import { toast } from './toasts';
import { useFirstWrong } from './useFirstWrong';
import { wrongFrom } from './wrongFrom';
import { Button } from './ui/Button';
import { Dialog } from './ui/Dialog';
import { Kbd } from './ui/Kbd';

const words = texts.create;

interface NewTaskProps {
  /** One that was refused: its text is mended here, and it goes when the mended one is sent. */
  from?: OutboxEntry;
  onClose: () => void;
}

/** The dialog for a new task. What is written in it outlives it until it is sent. */
export default function NewTask({ from, onClose }: NewTaskProps) {
  const { create } = useTaskActions();
  const { toTask } = usePlace();
  const me = useMe();
  const isOver = useLoginEnding()?.over === true;
  const { discard: drop } = useOutbox();
  const { draft, write, discard, settle } = useDraft(from ? refusedDraft(from.id) : 'task');
  const [wrong, setWrong] = useState<Wrong>({});
  const { pending, failure, send } = useSend((task: CreateTask) => create(task));
  const form = useRef<HTMLFormElement>(null);
  const text = textOf({ ...(from && writtenIn(from.deed)), ...draft });
  const shown = { ...wrongFrom(failure), ...wrong };
  useFirstWrong(form, shown);

  const submit = () => {
    if (pending) return;
    const found = wrongIn(text);
    setWrong(found);
    if (Object.keys(found).length > 0) return;
    void send(requestOf(text)).then((sent) => {
      if (!sent) return;
      settle(draft);
      if (from) drop(from.id);
      onClose();
      const title = text.title.trim();
      if (sent.kind === 'done') {
        const { taskId } = sent.task;
        announce(words.done(title));
        toast({ text: words.done(title), action: <Link to={toTask(taskId)} className="font-medium text-accent hover:underline">{words.open}</Link> });
      } else if (sent.kind === 'queued') {
        toast({ text: isOver ? texts.keptForLogin : words.queued(title) });
      }
    });
  };
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    submit();
  };

  return (
    <Dialog title={words.heading} width="wide" onClose={onClose}>
      <form ref={form} onSubmit={onSubmit} noValidate className="grid gap-4 p-5">
        <TaskFields
          text={text}
          wrong={shown}
          teams={me?.teams ?? []}
          withRepo
          onChange={(changes) => {
            write(changes);
            setWrong((before) => without(before, Object.keys(changes)));
          }}
          onSend={submit}
          fold={(more) => <Fold open={isUnusual(text) || hasWrongInside(shown)}>{more}</Fold>}
        />
        <FailureNote failure={failure} shown={(field) => field in wrongFrom(failure)} />
        <div className="flex flex-wrap items-center gap-3">
          <p className="min-w-0 flex-1 text-sm text-soft">{words.draft}</p>
          {Object.values(draft).some(Boolean) && (
            <Button
              look="quiet"
              onClick={() => {
                discard();
                setWrong({});
                form.current?.querySelector('input')?.focus();
              }}
            >
              {words.discard}
            </Button>
          )}
          <Button type="submit" look="primary" aria-disabled={pending}>
            {pending ? words.pending : words.submit}
            <span className="hidden gap-1 sm:flex" aria-hidden="true">
              {sendKeys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </span>
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function writtenIn(deed: Deed): Draft {
  if (deed.kind !== 'create') return {};
  const { title, description = '', repo, labels = [], visibility = 'everyone', team } = deed.task;
  return { title, description, repo: repo ?? '', labels: labels.join(', '), visibility, team: team ?? '' };
}

function textOf(draft: Draft): TaskText {
  const { title = '', description = '', repo = '', labels = '', team = '', visibility } = draft;
  return { title, description, repo, labels, team, visibility: visibility === 'team' || visibility === 'private' ? visibility : 'everyone' };
}

/** What is left at its default is left out, so that the server decides. */
function requestOf({ title, description, repo, labels, visibility, team }: TaskText): CreateTask {
  const task: CreateTask = { title: title.trim() };
  if (description !== '') task.description = description;
  if (repo.trim() !== '') task.repo = repo.trim();
  if (labelsOf(labels).length > 0) task.labels = labelsOf(labels);
  if (visibility !== 'everyone') task.visibility = visibility;
  if (team !== '') task.team = team;
  return task;
}

function without(wrong: Wrong, names: readonly string[]): Wrong {
  return Object.fromEntries(Object.entries(wrong).filter(([name]) => !names.includes(name)));
}

function isUnusual({ repo, labels, visibility, team }: TaskText): boolean {
  return repo !== '' || labels !== '' || visibility !== 'everyone' || team !== '';
}

function hasWrongInside({ repo, labels, visibility, team }: Wrong): boolean {
  return [repo, labels, visibility, team].some((rule) => rule !== undefined);
}

/** Out of the way until it is opened, or holds something. */
function Fold({ open, children }: { open: boolean; children: ReactNode }) {
  const [asked, setAsked] = useState(open);
  return (
    <details open={asked || open} onToggle={(event) => { setAsked(event.currentTarget.open); }} className="group">
      <summary className="flex w-fit cursor-pointer list-none items-center gap-1 rounded py-1 text-soft hover:text-text [&::-webkit-details-marker]:hidden">
        <ChevronRight size={15} aria-hidden="true" className="transition-transform group-open:rotate-90" />
        {words.more}
      </summary>
      <div className="pt-3">{children}</div>
    </details>
  );
}
