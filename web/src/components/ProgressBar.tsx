import type { Progress } from '../api/types';
import { texts } from '../texts';

interface ProgressBarProps {
  progress: Progress;
  /** In a row: the bar and a few words. */
  compact?: boolean;
}

/** What is being done just now, and how far it is. */
export function ProgressBar({ progress, compact = false }: ProgressBarProps) {
  const { current, total, message, step, itemsCount } = progress;
  const share = total > 0 ? Math.min(1, Math.max(0, current / total)) : 0;
  const said = message ?? step.replaceAll('_', ' ');
  const bar = (
    <span
      role="progressbar"
      aria-label={texts.progress.label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={Math.min(current, total)}
      aria-valuetext={`${said}, ${texts.progress.of(current, total)}`}
      className={compact ? 'block h-1 w-16 shrink-0 overflow-hidden rounded-full bg-busy-wash' : 'block h-1.5 w-full overflow-hidden rounded-full bg-busy-wash'}
    >
      <span className="progress-fill block h-full rounded-full bg-busy" style={{ width: `${share * 100}%` }} />
    </span>
  );
  if (compact) {
    return (
      <span className="flex min-w-0 items-center gap-2 text-busy">
        {bar}
        <span className="truncate">{said}</span>
      </span>
    );
  }
  return (
    <div className="grid gap-1.5">
      <div className="flex justify-between gap-3 text-sm">
        <span className="text-busy">{said}</span>
        <span className="text-soft tabular-nums">
          {itemsCount !== null && `${texts.progress.items(itemsCount)} · `}
          {texts.progress.of(current, total)}
        </span>
      </div>
      {bar}
    </div>
  );
}
