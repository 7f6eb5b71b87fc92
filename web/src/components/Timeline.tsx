import type { TaskEventView } from '../api/types';
import { eventText, texts } from '../texts';
import { Moment } from './Moment';

interface TimelineProps {
  events: TaskEventView[];
}

export function Timeline({ events }: TimelineProps) {
  const earlier = (events[0]?.version ?? 1) - 1;
  return (
    <section aria-labelledby="timeline">
      <h3 id="timeline">{texts.detail.timeline}</h3>
      {earlier > 0 && <p className="hint">{texts.detail.earlier(earlier)}</p>}
      <ol className="timeline">
        {events.map((event) => (
          <li key={event.version} value={event.version} data-type={event.type}>
            <strong>{eventText(event.type)}</strong> {event.actor.name} · <Moment at={event.at} />
            <EntryText event={event} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What somebody wrote, where the entry carries it. */
function EntryText({ event }: { event: TaskEventView }) {
  const said = wordsOf(event);
  return said ? <p className="prose">{said}</p> : null;
}

function wordsOf(event: TaskEventView): string | null {
  switch (event.type) {
    case 'comment':
      return event.data.text;
    case 'failed':
      return event.data.message;
    case 'cancelled':
    case 'retried':
      return event.data.reason;
    default:
      return null;
  }
}
