import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from './classes';

type Tone = 'info' | 'wait' | 'bad';

const tones: Record<Tone, { icon: typeof Info; look: string; ink: string }> = {
  info: { icon: Info, look: 'border-line bg-sunken', ink: 'text-soft' },
  wait: { icon: TriangleAlert, look: 'border-transparent bg-wait-wash', ink: 'text-wait' },
  bad: { icon: CircleAlert, look: 'border-transparent bg-bad-wash', ink: 'text-bad' },
};

interface NoticeProps {
  tone: Tone;
  title?: ReactNode;
  /** What to do next. */
  action?: ReactNode;
  role?: 'alert' | 'status';
  children?: ReactNode;
}

/** Something to know, with what to do about it. */
export function Notice({ tone, title, action, role, children }: NoticeProps) {
  const { icon: Icon, look, ink } = tones[tone];
  return (
    <div role={role} className={classes('flex items-start gap-2.5 rounded-lg border px-3.5 py-2.5', look)}>
      <Icon size={18} aria-hidden="true" className={classes('mt-0.5 shrink-0', ink)} />
      <div className="min-w-0 flex-1">
        {title !== undefined && <p className="font-medium">{title}</p>}
        {children}
      </div>
      {action}
    </div>
  );
}

interface EmptyProps {
  icon: ReactNode;
  title: string;
  action?: ReactNode;
  children?: ReactNode;
}

/** Where there is nothing to show: why, and what to do. */
export function Empty({ icon, title, action, children }: EmptyProps) {
  return (
    <div className="flex flex-col items-center justify-center gap-3 px-6 py-16 text-center">
      <div className="text-faint" aria-hidden="true">
        {icon}
      </div>
      <p className="text-lg font-semibold">{title}</p>
      {children !== undefined && <div className="max-w-sm text-soft">{children}</div>}
      {action}
    </div>
  );
}
