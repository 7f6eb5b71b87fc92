import { useLayoutEffect, useRef, type RefObject } from 'react';
import { shiftOf } from '../store/anchor';
import type { Filters } from '../store/filters';
import type { TaskRow } from '../store/outbox';

interface AnchorOptions {
  rows: readonly TaskRow[];
  rowHeight: number;
  scroller: RefObject<HTMLElement | null>;
  /** Which list it is: another one is not held where this one was. */
  filters: Filters;
  /** How far the list was scrolled when it was last heard of. */
  scrolled: number;
}

/**
 * Keeps what the reader sees of a list in its place while rows come, go and move above it. At the very
 * top the list is followed: what comes is seen. The browser cannot do this, as the rows are placed one by one.
 */
export function useAnchor({ rows, rowHeight, scroller, filters, scrolled }: AnchorOptions): void {
  const shown = useRef({ rows, filters });

  useLayoutEffect(() => {
    const before = shown.current;
    shown.current = { rows, filters };
    const element = scroller.current;
    if (!element || before.rows === rows || before.filters !== filters) return;
    // A list that has become shorter has been scrolled up already by the browser, at its end.
    const isAtEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - 1;
    const top = isAtEnd ? Math.max(element.scrollTop, scrolled) : element.scrollTop;
    if (top <= 0) return;
    const shift = shiftOf(before.rows, rows, Math.floor(top / rowHeight));
    if (shift !== 0) element.scrollBy({ top: top - element.scrollTop + shift * rowHeight, behavior: 'instant' });
  }, [rows, rowHeight, scroller, filters, scrolled]);
}
