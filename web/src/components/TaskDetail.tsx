import { ArrowDown, ArrowLeft, CloudOff, SearchX, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { TaskView } from '../api/types';
import { useFollow } from '../hooks/useFollow';
import { usePlace } from '../hooks/usePlace';
import { useTaskSubscription, type TaskSubscription } from '../hooks/useTaskSubscription';
import { failureText, statusText, texts } from '../texts';
import { AnswerForm, Answers } from './AnswerForm';
import { announce } from './announce';
import { CommentForm } from './CommentForm';
import { DetailSkeleton } from './DetailSkeleton';
import { FreshnessNote } from './FreshnessNote';
import { ProgressBar } from './ProgressBar';
import { Prose } from './Prose';
import { StatusBadge } from './StatusBadge';
import { TaskActions } from './TaskActions';
import { TaskFacts } from './TaskFacts';
import { Timeline } from './Timeline';
import { TryAgain } from './TryAgain';
import { useOpened } from './useOpened';
import { Button, IconButton } from './ui/Button';
import { Empty, Notice } from './ui/Notice';

const words = texts.detail;

type Ready = Extract<TaskSubscription, { kind: 'ready' }>;

/** One task, live. Use it keyed by the task. */
export function TaskDetail({ taskId }: { taskId: string }) {
  const subscription = useTaskSubscription(taskId);
  const { closeTask } = usePlace();
  const heading = useRef<HTMLHeadingElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const task = subscription.kind === 'ready' ? subscription.task : null;

  // The reader who opened it hears its title, and goes on in it; one who came by `j` and `k` keeps the list.
  const opened = useOpened();
  useEffect(() => {
    if (opened !== null) heading.current?.focus({ preventScroll: true });
  }, [opened]);
  useEffect(() => {
    if (!document.activeElement?.closest('[data-task]') || !window.matchMedia('(min-width: 64rem)').matches) {
      heading.current?.focus({ preventScroll: true });
    }
  }, []);
  useStatusAnnounced(task);

  return (
    <section aria-labelledby="task-heading" className="@container flex min-h-0 min-w-0 flex-1 flex-col">
      <header className="flex min-h-12 items-center gap-x-2 border-b border-line px-2 @max-md:flex-wrap @max-md:pb-1.5 @md:px-4">
        <IconButton label={texts.back} className="lg:hidden" onClick={closeTask}>
          <ArrowLeft size={18} aria-hidden="true" />
        </IconButton>
        {task && <StatusBadge status={task.status} />}
        <span className="@max-md:order-last @max-md:flex @max-md:w-full @max-md:px-2">
          <FreshnessNote freshness={subscription.freshness} />
        </span>
        <span className="ml-auto flex items-center gap-1.5">
          {task && <TaskActions task={task} />}
          <IconButton label={words.close} className="max-lg:hidden" onClick={closeTask}>
            <X size={18} aria-hidden="true" />
          </IconButton>
        </span>
      </header>
      <div ref={scroller} className="relative min-h-0 flex-1 overflow-y-auto overscroll-contain" data-scroller>
        <div className="mx-auto max-w-6xl px-4 py-5 @md:px-6">
          <h2 id="task-heading" ref={heading} tabIndex={-1} className="text-xl leading-snug font-semibold text-balance">
            {headingOf(subscription)}
          </h2>
          {subscription.kind === 'ready' ? <Task subscription={subscription} /> : <Instead subscription={subscription} />}
        </div>
      </div>
    </section>
  );
}

function headingOf(subscription: TaskSubscription): string {
  switch (subscription.kind) {
    case 'ready':
      return subscription.task.title;
    case 'loading':
      return texts.loading;
    case 'gone':
      return words.goneHeading;
    case 'failed':
      return words.failed;
  }
}

/** What stands where the task would. */
function Instead({ subscription }: { subscription: Exclude<TaskSubscription, Ready> }) {
  const { closeTask } = usePlace();
  switch (subscription.kind) {
    case 'gone':
      return (
        <Empty
          icon={<SearchX size={36} />}
          title={words.goneHeading}
          action={<Button onClick={closeTask}>{texts.nav.list}</Button>}
        >
          {words.gone}
        </Empty>
      );
    case 'failed':
      return (
        <Empty
          icon={<CloudOff size={36} />}
          title={words.failed}
          action={<TryAgain failure={subscription.failure} onTry={subscription.retry} />}
        >
          {failureText(subscription.failure)}
        </Empty>
      );
    case 'loading':
      return <DetailSkeleton />;
  }
}

function Task({ subscription: { task, older, pending } }: { subscription: Ready }) {
  const end = useRef<HTMLDivElement>(null);
  const { unseen, jump } = useFollow(end, task.version);

  return (
    <div className="mt-5 grid grid-cols-[minmax(0,1fr)] gap-x-10 gap-y-6 @4xl:grid-cols-[minmax(0,1fr)_15rem]">
      <div className="grid content-start gap-6 @4xl:order-2 @4xl:sticky @4xl:top-5 @4xl:self-start">
        <TaskFacts task={task} />
      </div>
      <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-7">
        {task.progress && <ProgressBar progress={task.progress} />}
        {task.error && (
          <Notice tone="bad" title={words.failure}>
            <p>
              {task.error.message} <code className="font-mono text-xs">{task.error.code}</code>
            </p>
          </Notice>
        )}
        <AnswerForm taskId={task.taskId} questions={task.questions} waiting={task.status === 'clarification_needed'} />
        <section aria-label={words.description}>
          {task.description === '' ? <p className="text-soft italic">{words.noDescription}</p> : <Prose text={task.description} />}
        </section>
        <Answers questions={task.questions} />
        <Timeline
          events={task.events}
          questions={task.questions}
          older={older}
          pending={pending}
          end={end}
        />
        <CommentForm taskId={task.taskId} onSent={jump} />
      </div>
      {unseen > 0 && (
        <div className="pointer-events-none sticky bottom-4 z-30 flex justify-center @4xl:col-start-1">
          <Button
            look="primary"
            size="small"
            className="appear pointer-events-auto rounded-full px-3 shadow-raised"
            aria-label={texts.timeline.jump(unseen)}
            onClick={() => {
              // The button goes away: reading goes on where it leads.
              document.getElementById(`v${task.version}`)?.focus({ preventScroll: true });
              jump();
            }}
          >
            <ArrowDown size={14} aria-hidden="true" />
            {texts.timeline.unseen(unseen)}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Says the task's new status to those who do not see it. */
function useStatusAnnounced(task: TaskView | null): void {
  const before = useRef<TaskView['status'] | null>(null);
  const status = task?.status ?? null;
  const title = task?.title ?? '';
  useEffect(() => {
    if (status !== null && before.current !== null && before.current !== status) {
      announce(words.nowStatus(title, statusText[status]));
    }
    before.current = status;
  }, [status, title]);
}
