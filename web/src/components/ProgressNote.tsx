import type { Progress } from '../api/types';
import { texts } from '../texts';

/** What is being done just now. */
export function ProgressNote({ progress }: { progress: Progress }) {
  const { step, message, current, total } = progress;
  return (
    <span className="progress-note">
      {message ?? step} ({texts.progress(current, total)})
    </span>
  );
}
