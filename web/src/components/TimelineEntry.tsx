import {
  Bot,
  CircleDot,
  CirclePlus,
  CircleSlash,
  ClipboardCheck,
  Eye,
  GitMerge,
  GitPullRequest,
  GitPullRequestArrow,
  GitPullRequestClosed,
  MessageCircleQuestionMark,
  MessageSquare,
  MessageSquareReply,
  OctagonX,
  Pencil,
  RotateCcw,
  ScanSearch,
  type LucideIcon,
} from 'lucide-react';
import { memo, type ReactNode } from 'react';
import type { EventType, Question, TaskEventView } from '../api/types';
import { actorKindText, eventText, texts } from '../texts';
import { Moment } from './Moment';
import { Prose } from './Prose';
import { SafeLink } from './SafeLink';
import { Avatar } from './ui/Avatar';
import { classes } from './ui/classes';

const icons: Record<EventType, { icon: LucideIcon; ink?: string }> = {
  created: { icon: CirclePlus },
  analyzing: { icon: ScanSearch, ink: 'text-busy' },
  clarification_needed: { icon: MessageCircleQuestionMark, ink: 'text-wait' },
  clarification_answered: { icon: MessageSquareReply },
  dispatched: { icon: CircleDot, ink: 'text-accent' },
  issue_filed: { icon: CircleDot },
  issue_closed: { icon: CircleSlash },
  issue_reopened: { icon: CircleDot },
  pr_opened: { icon: GitPullRequest, ink: 'text-good' },
  pr_updated: { icon: GitPullRequestArrow },
  pr_review: { icon: Eye },
  pr_merged: { icon: GitMerge, ink: 'text-merged' },
  pr_closed: { icon: GitPullRequestClosed, ink: 'text-bad' },
  checks: { icon: ClipboardCheck },
  comment: { icon: MessageSquare },
  edited: { icon: Pencil },
  retried: { icon: RotateCcw },
  failed: { icon: OctagonX, ink: 'text-bad' },
  cancelled: { icon: CircleSlash },
};

function iconOf(type: string): { icon: LucideIcon; ink?: string } {
  const known: Partial<Record<string, { icon: LucideIcon; ink?: string }>> = icons;
  return known[type] ?? { icon: Bot };
}

interface TimelineEntryProps {
  event: TaskEventView;
  questions: readonly Question[];
  /** Whether the address points at it. */
  linked: boolean;
}

export const TimelineEntry = memo(function TimelineEntry({ event, questions, linked }: TimelineEntryProps) {
  const { icon: Icon, ink = 'text-soft' } = iconOf(event.type);
  const kind = actorKindText[event.actor.kind];
  const details = <Details event={event} questions={questions} />;
  return (
    <li
      id={`v${event.version}`}
      data-type={event.type}
      tabIndex={-1}
      aria-current={linked ? 'location' : undefined}
      className={classes('relative flex gap-3 rounded-md py-1.5 pr-1 outline-offset-0', linked && 'bg-accent-wash')}
    >
      <span className="timeline-icon relative z-10 flex size-6 shrink-0 items-center justify-center rounded-full border border-line bg-ground">
        <Icon size={13} aria-hidden="true" className={ink} />
      </span>
      <div className="min-w-0 flex-1 pt-0.5">
        <p className="flex flex-wrap items-center gap-x-1.5 text-sm text-soft">
          <Avatar name={event.actor.name} kind={event.actor.kind} size="small" />
          <span className="font-medium text-text">{event.actor.name}</span>
          {kind !== '' && kind !== event.actor.name && (
            <span className="rounded border border-line-strong px-1 text-xs text-soft">{kind}</span>
          )}
          <span>{eventText(event)}</span>
          <a
            href={`#v${event.version}`}
            aria-label={texts.timeline.link(event.version)}
            className="ml-auto rounded px-1 text-faint hover:text-text hover:underline"
          >
            <Moment at={event.at} exact={linked} />
          </a>
        </p>
        {details}
      </div>
    </li>
  );
});

/** What the entry itself carries. */
function Details({ event, questions }: Pick<TimelineEntryProps, 'event' | 'questions'>): ReactNode {
  switch (event.type) {
    case 'comment':
      return (
        <div className="mt-1.5 rounded-lg border border-line bg-raised px-3.5 py-2.5">
          <Prose text={event.data.text} />
          {typeof event.data.url === 'string' && (
            <p className="mt-1.5 text-sm text-soft">
              <SafeLink url={event.data.url} className="hover:underline">
                {texts.timeline.on}
              </SafeLink>
            </p>
          )}
        </div>
      );
    case 'clarification_needed':
      return (
        <ul className="mt-1 list-disc pl-5 text-soft">
          {event.data.questions.map((question) => (
            <li key={question.id}>{question.text}</li>
          ))}
        </ul>
      );
    case 'clarification_answered':
      return (
        <dl className="mt-1.5 grid gap-2 rounded-lg border border-line bg-raised px-3.5 py-2.5">
          {event.data.answers.map(({ questionId, answer }) => (
            <div key={questionId}>
              <dt className="text-sm text-soft">{questions.find(({ id }) => id === questionId)?.text ?? questionId}</dt>
              <dd className="whitespace-pre-wrap">{answer}</dd>
            </div>
          ))}
        </dl>
      );
    case 'dispatched':
    case 'issue_filed':
      return (
        <Line>
          <SafeLink url={event.data.issueUrl} className="text-accent hover:underline">
            {texts.detail.issue} {texts.detail.number(event.data.issueNumber)}
          </SafeLink>
        </Line>
      );
    case 'pr_opened':
    case 'pr_updated':
    case 'pr_merged':
    case 'pr_closed':
      return (
        <Line>
          <SafeLink url={event.data.pull.url} className="text-accent hover:underline">
            {texts.detail.number(event.data.pull.number)} {event.data.pull.title}
          </SafeLink>
        </Line>
      );
    case 'failed':
      return (
        <Line>
          {event.data.message} <code className="font-mono text-xs text-soft">{event.data.code}</code>
        </Line>
      );
    case 'cancelled':
    case 'retried':
      return event.data.reason === null ? null : <Line>{event.data.reason}</Line>;
    case 'edited':
      return typeof event.data.title === 'string' ? <Line>“{event.data.title}”</Line> : null;
    default:
      return null;
  }
}

function Line({ children }: { children: ReactNode }) {
  return <p className="mt-0.5 whitespace-pre-wrap">{children}</p>;
}
