import { useEffect, useRef, type ReactNode } from 'react';
import type { TaskView } from '../api/types';
import { useTaskSubscription } from '../hooks/useTaskSubscription';
import { pullRequestText, texts, visibleTo } from '../texts';
import { AnswerForm, Answers } from './AnswerForm';
import { ProgressNote } from './ProgressNote';
import { SafeLink } from './SafeLink';
import { StatusBadge } from './StatusBadge';
import { Timeline } from './Timeline';

const words = texts.detail;

interface TaskDetailProps {
  token: string;
  taskId: string;
  onClose: () => void;
}

/** One task, live. Use it keyed by the task. */
export function TaskDetail({ token, taskId, onClose }: TaskDetailProps) {
  const { room, show } = useTaskSubscription(taskId);
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    heading.current?.focus();
  }, []);

  const title = {
    loading: texts.loading,
    gone: words.goneHeading,
    ready: room.kind === 'ready' ? room.task.title : '',
  }[room.kind];

  return (
    <section className="panel detail" aria-labelledby="task-heading">
      <header>
        <h2 id="task-heading" ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <button type="button" onClick={onClose}>
          {words.close}
        </button>
      </header>
      {room.kind === 'gone' && <p>{words.gone}</p>}
      {room.kind === 'ready' && <Task token={token} task={room.task} onAnswered={show} />}
    </section>
  );
}

interface TaskProps {
  token: string;
  task: TaskView;
  onAnswered: (task: TaskView) => void;
}

function Task({ token, task, onAnswered }: TaskProps) {
  const { issue, pullRequest, progress, error } = task;
  return (
    <>
      <dl className="facts">
        <Fact name={words.status}>
          <StatusBadge status={task.status} /> {progress && <ProgressNote progress={progress} />}
        </Fact>
        {error && <Fact name={words.error}>{error.message} <code>{error.code}</code></Fact>}
        {issue && <Fact name={words.issue}><SafeLink url={issue.url}>{words.number(issue.number)}</SafeLink></Fact>}
        {pullRequest && (
          <Fact name={words.pullRequest}>
            <SafeLink url={pullRequest.url}>{pullRequestText(pullRequest)}</SafeLink>
          </Fact>
        )}
        {task.repo !== null && <Fact name={words.repo}>{task.repo}</Fact>}
        {task.labels.length > 0 && <Fact name={words.labels}>{task.labels.join(', ')}</Fact>}
        <Fact name={words.createdBy}>{task.creator.name}</Fact>
        <Fact name={words.visibleTo}>{visibleTo(task)}</Fact>
      </dl>
      <h3>{words.description}</h3>
      <p className="prose">{task.description || words.noDescription}</p>
      <Answers questions={task.questions} />
      {task.status === 'clarification_needed' && (
        <AnswerForm token={token} taskId={task.taskId} questions={task.questions} onAnswered={onAnswered} />
      )}
      <Timeline events={task.events} />
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
