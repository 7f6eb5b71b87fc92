import { texts } from '../texts';

/** For the moment before the page knows anything. */
export function Splash() {
  return (
    <p role="status" className="flex h-full items-center justify-center bg-ground text-soft">
      <span className="sr-only">{texts.loading}</span>
    </p>
  );
}
