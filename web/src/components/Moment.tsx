import { useNow } from '../hooks/useNow';
import { absoluteTime, relativeTime } from './moments';

interface MomentProps {
  at: string;
  className?: string;
}

/** A moment as seen from now; the exact one, in the reader's own time, on hover. */
export function Moment({ at, className }: MomentProps) {
  const now = useNow();
  const time = Date.parse(at);
  if (Number.isNaN(time)) return <time className={className}>{at}</time>;
  return (
    <time dateTime={at} title={absoluteTime(time)} className={className}>
      {relativeTime(time, now)}
    </time>
  );
}
