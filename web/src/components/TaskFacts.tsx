import type { ReactNode } from 'react';
import type { PullRequestView, TaskView } from '../api/types';
import { texts, visibleTo } from '../texts';
import { checksMark, pullMark, reviewMark } from './GitHubLinks';
import { LabelChip } from './LabelChip';
import { Moment } from './Moment';
import { SafeLink } from './SafeLink';
import { Avatar } from './ui/Avatar';

const words = texts.detail;
const link = 'text-accent hover:underline';

/** What is known of a task, beside what people wrote. */
export function TaskFacts({ task }: { task: TaskView }) {
  const { issue, pullRequest } = task;
  return (
    <aside aria-label={words.facts}>
      <dl className="grid gap-x-4 gap-y-2.5 @md:grid-cols-2 @4xl:grid-cols-1">
        {issue && (
          <Fact name={words.issue}>
            <SafeLink url={issue.url} className={link}>
              {task.repo}
              {words.number(issue.number)}
            </SafeLink>
          </Fact>
        )}
        {pullRequest && <PullFacts pull={pullRequest} />}
        {!issue && task.repo !== null && <Fact name={words.repo}>{task.repo}</Fact>}
        {task.labels.length > 0 && (
          <Fact name={words.labels}>
            <span className="flex flex-wrap gap-1">
              {task.labels.map((label) => (
                <LabelChip key={label} label={label} />
              ))}
            </span>
          </Fact>
        )}
        <Fact name={words.createdBy}>
          <span className="flex items-center gap-1.5">
            <Avatar name={task.creator.name} size="small" />
            {task.creator.name}
          </span>
        </Fact>
        <Fact name={words.visibleTo}>{visibleTo(task)}</Fact>
        <Fact name={words.created}>
          <Moment at={task.createdAt} exact />
        </Fact>
        <Fact name={words.updated}>
          <Moment at={task.updatedAt} exact />
        </Fact>
      </dl>
    </aside>
  );
}

function PullFacts({ pull }: { pull: PullRequestView }) {
  const { icon: State, ink, text } = pullMark(pull);
  const review = reviewMark(pull);
  const checks = checksMark(pull);
  return (
    <>
      <Fact name={words.pullRequest}>
        <span className="flex items-start gap-1.5">
          <State size={15} aria-hidden="true" className={`mt-0.5 shrink-0 ${ink}`} />
          <span>
            <SafeLink url={pull.url} className={link}>
              {words.number(pull.number)} {pull.title}
            </SafeLink>{' '}
            <span className="text-soft">{text}</span>
          </span>
        </span>
      </Fact>
      {[
        { name: words.review, mark: review },
        { name: words.checks, mark: checks },
      ].map(({ name, mark }) =>
        mark ? (
          <Fact key={name} name={name}>
            <span className="flex items-center gap-1.5">
              <mark.icon size={15} aria-hidden="true" className={mark.ink} />
              {mark.text}
            </span>
          </Fact>
        ) : null,
      )}
      {pull.mergeCommitSha !== null && (
        <Fact name={words.commit}>
          <code className="font-mono text-sm" title={pull.mergeCommitSha}>
            {pull.mergeCommitSha.slice(0, 9)}
          </code>
        </Fact>
      )}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[6.5rem_minmax(0,1fr)] gap-2 @4xl:grid-cols-1 @4xl:gap-0.5">
      <dt className="text-sm text-soft">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}
