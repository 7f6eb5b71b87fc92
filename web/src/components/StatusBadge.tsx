import {
  CircleDashed,
  CircleDot,
  CircleSlash,
  GitMerge,
  GitPullRequest,
  LoaderCircle,
  MessageCircleQuestionMark,
  OctagonX,
  type LucideIcon,
} from 'lucide-react';
import type { Status } from '../api/types';
import { statusText } from '../texts';
import { classes } from './ui/classes';

interface StatusLook {
  icon: LucideIcon;
  ink: string;
  wash: string;
}

/** Every status has its own shape, so that nobody has to tell colours apart. */
const looks: Record<Status, StatusLook> = {
  created: { icon: CircleDashed, ink: 'text-faint', wash: 'bg-hover text-soft' },
  analyzing: { icon: LoaderCircle, ink: 'text-busy', wash: 'bg-busy-wash text-busy' },
  clarification_needed: { icon: MessageCircleQuestionMark, ink: 'text-wait', wash: 'bg-wait-wash text-wait' },
  dispatched: { icon: CircleDot, ink: 'text-accent', wash: 'bg-accent-wash text-accent-strong' },
  pr_opened: { icon: GitPullRequest, ink: 'text-good', wash: 'bg-good-wash text-good' },
  merged: { icon: GitMerge, ink: 'text-merged', wash: 'bg-merged-wash text-merged' },
  failed: { icon: OctagonX, ink: 'text-bad', wash: 'bg-bad-wash text-bad' },
  cancelled: { icon: CircleSlash, ink: 'text-faint', wash: 'bg-hover text-soft' },
};

interface StatusIconProps {
  status: Status;
  size?: number;
  /** Whether the icon alone tells the status: then it has a name. */
  named?: boolean;
}

export function StatusIcon({ status, size = 16, named = false }: StatusIconProps) {
  const { icon: Icon, ink } = looks[status];
  const naming = named ? { role: 'img', 'aria-label': statusText[status] } : { 'aria-hidden': true as const };
  return <Icon size={size} className={classes('shrink-0', ink, status === 'analyzing' && 'turning')} {...naming} />;
}

export function StatusBadge({ status }: { status: Status }) {
  const { icon: Icon, wash } = looks[status];
  return (
    <span
      data-status={status}
      className={classes('inline-flex shrink-0 items-center gap-1.5 rounded-full px-2.5 py-0.5 text-sm font-medium whitespace-nowrap', wash)}
    >
      <Icon size={14} aria-hidden="true" className={classes(status === 'analyzing' && 'turning')} />
      {statusText[status]}
    </span>
  );
}
