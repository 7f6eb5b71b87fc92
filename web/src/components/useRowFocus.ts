import { useEffect, useRef, useState, type FocusEvent, type KeyboardEvent, type RefObject } from 'react';
import { usePlace } from '../hooks/usePlace';
import type { TaskRow } from '../store/outbox';

export interface RowFocus {
  /** Moves the focus to the next row or the one before, from where it is or was. */
  step: (by: 1 | -1) => void;
  /** Moves the focus to a row. */
  goTo: (index: number) => void;
  /** Whether the focus was last on a task that waited to be sent, which has been: its row went, and the focus with it. */
  wasSent: () => boolean;
  /** Hears where the focus goes. */
  onFocus: (event: FocusEvent) => void;
  /**
   * The one row that Tab stops at, of those on the page, or else a list without an end would be in
   * its way: where the focus was last, the open task's, or the first in sight.
   */
  tabStop: (onPage: readonly number[], firstInSight: number) => string | null;
}

interface RowFocusOptions {
  rows: readonly TaskRow[];
  scroller: RefObject<HTMLElement | null>;
  scrollToIndex: (index: number) => void;
}

/** The focus on the rows of a list of which only what can be seen is on the page. */
export function useRowFocus({ rows, scroller, scrollToIndex }: RowFocusOptions): RowFocus {
  const { taskId: selected, openTask } = usePlace();
  const wanted = useRef<string | null>(null);
  /** The row that had the focus last: it may not be on the page any more. */
  const left = useRef<{ taskId: string; index: number; waits: boolean } | null>(null);
  const [last, setLast] = useState<string | null>(null);

  // A row that is scrolled to takes the focus once it is on the page.
  useEffect(() => {
    if (wanted.current === null) return;
    const row = titleOf(scroller.current, wanted.current);
    if (!row) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  });

  const goTo = (index: number) => {
    const row = rows[index];
    if (!row) return;
    left.current = { taskId: row.taskId, index, waits: row.pending !== undefined };
    const title = titleOf(scroller.current, row.taskId);
    scrollToIndex(index);
    if (title) title.focus({ preventScroll: true });
    else wanted.current = row.taskId;
    // Beside an open task the next one opens at once.
    if (!row.pending && selected !== null && window.matchMedia('(min-width: 64rem)').matches) openTask(row.taskId);
  };

  const place = (taskId: string | null | undefined) => rows.findIndex((row) => row.taskId === taskId);
  const wasSent = () => left.current?.waits === true && place(left.current.taskId) < 0;

  const step = (by: 1 | -1) => {
    const at = focusedTask() ?? (wasSent() ? null : selected);
    const now = place(at);
    const from = now < 0 ? place(left.current?.taskId) : now;
    // Where a row went away, the one after it has come.
    const gone = left.current === null ? 0 : left.current.index + (by > 0 ? 0 : -1);
    goTo(Math.min(rows.length - 1, Math.max(0, from < 0 ? gone : from + by)));
  };

  const onFocus = ({ target }: FocusEvent) => {
    const taskId = taskOf(target);
    const index = place(taskId);
    const row = rows[index];
    if (!row) return;
    left.current = { taskId: row.taskId, index, waits: row.pending !== undefined };
    setLast(row.taskId);
  };

  const tabStop = (onPage: readonly number[], firstInSight: number) => {
    const there = onPage.flatMap((index) => rows[index]?.taskId ?? []);
    return [last, selected].find((taskId) => taskId !== null && there.includes(taskId)) ?? rows[firstInSight]?.taskId ?? there[0] ?? null;
  };

  return { step, goTo, wasSent, onFocus, tabStop };
}

/** Has arrows go on from a row; elsewhere they do what they always do. */
export function goByArrow(event: KeyboardEvent, arrows: Partial<Record<string, () => void>>): void {
  const act = arrows[event.key];
  if (!act || focusedTask() === null || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  act();
}

/** The task of the row that has the focus. */
export function focusedTask(): string | null {
  return taskOf(document.activeElement);
}

/** A dialog that was opened from a row is in it, but not of it. */
function taskOf(element: Element | null): string | null {
  return element?.closest('[data-task], dialog')?.getAttribute('data-task') ?? null;
}

/** What takes the focus in a row: its link, or the title of a task that has no page yet. */
function titleOf(within: HTMLElement | null, taskId: string): HTMLElement | null {
  return within?.querySelector<HTMLElement>(`[data-task="${CSS.escape(taskId)}"] h3 :is(a, [tabindex])`) ?? null;
}
