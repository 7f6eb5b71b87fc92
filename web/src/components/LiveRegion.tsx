import { useSyncExternalStore } from 'react';
import { saying } from './announce';

/** The one place that screen readers listen to for what `announce` says. */
export function LiveRegion() {
  const { id, text } = useSyncExternalStore(saying.subscribe, saying.get);
  return (
    <div aria-live="polite" className="sr-only">
      <p key={id}>{text}</p>
    </div>
  );
}
