import { useEffect, useRef, useState, type RefObject } from 'react';

export interface Follow {
  /** How many entries came since the reader scrolled up. */
  unseen: number;
  /** Goes to the newest entry, and follows again. */
  jump: () => void;
}

/**
 * Keeps the end of a growing list in sight while the reader is there, and leaves the reader alone
 * when not. `newest` counts up with each entry.
 */
export function useFollow(end: RefObject<HTMLElement | null>, newest: number): Follow {
  const following = useRef(false);
  const [seen, setSeen] = useState<number | null>(null);
  const latest = useRef(newest);

  useEffect(() => {
    const mark = end.current;
    if (!mark || typeof IntersectionObserver === 'undefined') return undefined;
    const observer = new IntersectionObserver(([entry]) => {
      following.current = entry?.isIntersecting ?? false;
      // From the first moment on, what the reader has not scrolled to counts only if it is new.
      setSeen((before) => (following.current || before === null ? latest.current : before));
    });
    observer.observe(mark);
    return () => { observer.disconnect(); };
  }, [end]);

  useEffect(() => {
    const grew = newest > latest.current;
    latest.current = newest;
    if (!grew || !following.current) return;
    setSeen(newest);
    end.current?.scrollIntoView({ block: 'nearest' });
  }, [end, newest]);

  return {
    unseen: seen === null ? 0 : Math.max(0, newest - seen),
    jump: () => end.current?.scrollIntoView({ block: 'end', behavior: 'smooth' }),
  };
}
