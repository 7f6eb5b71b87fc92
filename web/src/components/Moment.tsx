import { useState } from 'react';
import { useNow } from '../hooks/useNow';
import { absoluteTime, exactTime, relativeTime } from './moments';

interface MomentProps {
  at: string;
  /** Says the exact time, too, for those who cannot hover. */
  exact?: boolean;
  className?: string;
}

/** A moment as seen from now; the exact one, in the reader's own time, on hover. */
export function Moment({ at, exact = false, className }: MomentProps) {
  const now = useNow();
  const [pointed, setPointed] = useState(false);
  const time = Date.parse(at);
  if (Number.isNaN(time)) return <time className={className}>{at}</time>;
  return (
    <time
      dateTime={at}
      title={pointed ? absoluteTime(time) : undefined}
      onPointerEnter={() => { setPointed(true); }}
      className={className}
    >
      {relativeTime(time, now)}
      {exact && <span className="text-soft"> · {exactTime(time)}</span>}
    </time>
  );
}
