import {
  CircleCheck,
  CircleDot,
  CircleX,
  Clock3,
  GitMerge,
  GitPullRequest,
  GitPullRequestClosed,
  GitPullRequestDraft,
  MessageSquareWarning,
  ThumbsUp,
  type LucideIcon,
} from 'lucide-react';
import type { PullRequestView, TaskSummary } from '../api/types';
import { checksText, pullStateText, reviewText, texts } from '../texts';
import { SafeLink } from './SafeLink';
import { classes } from './ui/classes';

interface Mark {
  icon: LucideIcon;
  ink: string;
  text: string;
}

export function pullMark(pull: PullRequestView): Mark {
  const text = pullStateText(pull);
  switch (pull.state) {
    case 'merged':
      return { icon: GitMerge, ink: 'text-merged', text };
    case 'closed':
      return { icon: GitPullRequestClosed, ink: 'text-bad', text };
    case 'open':
      return pull.draft
        ? { icon: GitPullRequestDraft, ink: 'text-faint', text }
        : { icon: GitPullRequest, ink: 'text-good', text };
  }
}

/** What the reviewers say; nothing while they say nothing. */
export function reviewMark({ review }: PullRequestView): Mark | null {
  switch (review) {
    case 'none':
      return null;
    case 'approved':
      return { icon: ThumbsUp, ink: 'text-good', text: reviewText.approved };
    case 'changes_requested':
      return { icon: MessageSquareWarning, ink: 'text-wait', text: reviewText.changes_requested };
  }
}

/** What the checks say; nothing while there are none. */
export function checksMark({ checks }: PullRequestView): Mark | null {
  switch (checks) {
    case 'none':
      return null;
    case 'pending':
      return { icon: Clock3, ink: 'text-wait', text: checksText.pending };
    case 'passing':
      return { icon: CircleCheck, ink: 'text-good', text: checksText.passing };
    case 'failing':
      return { icon: CircleX, ink: 'text-bad', text: checksText.failing };
  }
}

const link = 'relative z-10 inline-flex min-h-6 shrink-0 whitespace-nowrap items-center gap-1 rounded px-1 tabular-nums hover:bg-hover hover:text-text hover:underline';

interface GitHubLinksProps {
  task: Pick<TaskSummary, 'issue' | 'pullRequest'>;
  /** Whether Tab stops at them. */
  tabbable: boolean;
}

/** A task's issue, pull request, review and checks, in a row. */
export function GitHubLinks({ task, tabbable }: GitHubLinksProps) {
  const { issue, pullRequest } = task;
  const marks = pullRequest ? [reviewMark(pullRequest), checksMark(pullRequest)] : [];
  return (
    <>
      {issue && (
        <SafeLink url={issue.url} tabbable={tabbable} className={link} title={`${texts.detail.issue} ${texts.detail.number(issue.number)}`}>
          <CircleDot size={13} aria-hidden="true" />
          <span className="sr-only">{texts.detail.issue} </span>
          {texts.detail.number(issue.number)}
        </SafeLink>
      )}
      {pullRequest && <PullLink pull={pullRequest} tabbable={tabbable} />}
      {marks.map((mark) => mark && <MarkIcon key={mark.text} mark={mark} />)}
    </>
  );
}

function PullLink({ pull, tabbable }: { pull: PullRequestView; tabbable: boolean }) {
  const { icon: Icon, ink, text } = pullMark(pull);
  const name = `${texts.detail.pullRequest} ${texts.detail.number(pull.number)}, ${text}: ${pull.title}`;
  return (
    <SafeLink url={pull.url} tabbable={tabbable} className={link} title={name}>
      <Icon size={13} aria-hidden="true" className={ink} />
      <span className="sr-only">
        {texts.detail.pullRequest}, {text}{' '}
      </span>
      {texts.detail.number(pull.number)}
    </SafeLink>
  );
}

function MarkIcon({ mark: { icon: Icon, ink, text } }: { mark: Mark }) {
  return (
    <span role="img" aria-label={text} title={text} className={classes('relative z-10', ink)}>
      <Icon size={14} aria-hidden="true" />
    </span>
  );
}
