import { useEffect, useRef, type RefObject } from 'react';
import { useLocation } from 'react-router';
import type { Question, TaskEventView } from '../api/types';
import { useNow } from '../hooks/useNow';
import type { Older } from '../hooks/useTaskSubscription';
import type { OutboxEntry } from '../store/outbox';
import { failureText, texts } from '../texts';
import { dayKey, dayName } from './moments';
import { PendingEntry } from './PendingEntry';
import { TimelineEntry } from './TimelineEntry';
import { Button } from './ui/Button';
import { leaveFocus } from './ui/keepFocus';

interface TimelineProps {
  events: readonly TaskEventView[];
  questions: readonly Question[];
  older: Older;
  /** What was done here and is still to be sent. */
  pending: readonly OutboxEntry[];
  /** What comes after the newest entry: while it is in sight, the reader follows. */
  end: RefObject<HTMLDivElement | null>;
}

export function Timeline({ events, questions, older, pending, end }: TimelineProps) {
  const linked = useLinkedEntry(events, older);
  const now = useNow();

  return (
    <section aria-labelledby="timeline">
      <h3 id="timeline" tabIndex={-1} className="mb-2 text-sm font-semibold text-soft">
        {texts.timeline.heading}
      </h3>
      {older.hasOlder && (
        <Button
          ref={leaveFocus}
          size="small"
          aria-disabled={older.loading}
          onClick={() => { if (!older.loading) older.loadOlder(); }}
          className="mb-2"
        >
          {older.loading ? texts.timeline.loadingOlder : texts.timeline.older}
        </Button>
      )}
      {older.failure && <p className="mb-2 text-sm text-bad">{failureText(older.failure)}</p>}
      {daysOf(events).map(({ key, at, entries }) => (
        <section key={key} aria-label={dayName(at, now, texts.timeline)}>
          <h4 className="sticky top-0 z-20 -mx-1 bg-ground/95 px-1 py-1 text-xs font-medium text-faint">{dayName(at, now, texts.timeline)}</h4>
          <ol className="timeline relative before:absolute before:inset-y-0 before:left-3 before:w-px before:bg-line">
            {entries.map((event) => (
              <TimelineEntry key={event.version} event={event} questions={questions} linked={linked === event.version} />
            ))}
          </ol>
        </section>
      ))}
      {pending.length > 0 && (
        <ol className="grid gap-2 pt-2 pl-9">
          {pending.map((entry) => (
            <PendingEntry key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
      <div ref={end} aria-hidden="true" className="h-px" />
    </section>
  );
}

interface Day {
  key: string;
  at: number;
  entries: TaskEventView[];
}

function daysOf(events: readonly TaskEventView[]): Day[] {
  const days: Day[] = [];
  for (const event of events) {
    const at = Date.parse(event.at);
    const key = dayKey(at);
    const day = days.at(-1);
    if (day?.key === key) day.entries.push(event);
    else days.push({ key, at, entries: [event] });
  }
  return days;
}

/** The version that the address points at (`#v12`): loaded if it is old, scrolled to once. */
function useLinkedEntry(events: readonly TaskEventView[], older: Older): number | null {
  const { hash } = useLocation();
  const version = /^#v(\d+)$/.exec(hash)?.[1];
  const wanted = version === undefined ? null : Number(version);
  const shown = useRef<number | null>(null);
  const present = events.some((event) => event.version === wanted);
  const { hasOlder, loading, failure, loadOlder } = older;
  const isOlder = wanted !== null && hasOlder && !loading && !failure && wanted < (events[0]?.version ?? 0);

  useEffect(() => {
    if (isOlder) loadOlder();
  }, [isOlder, loadOlder]);

  useEffect(() => {
    if (wanted === null || !present || shown.current === wanted) return;
    shown.current = wanted;
    const entry = document.getElementById(`v${wanted}`);
    entry?.scrollIntoView({ block: 'center' });
    entry?.focus({ preventScroll: true });
  }, [wanted, present]);

  return wanted;
}
