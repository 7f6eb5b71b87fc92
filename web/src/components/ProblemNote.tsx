import type { Problem } from '../api/types';
import { problemText } from '../texts';

interface ProblemNoteProps {
  problem: Problem | null;
  /** Whether a message of this field is already shown by its control. */
  shown: (field: string) => boolean;
}

/** What went wrong with a form, apart from what its fields say themselves. */
export function ProblemNote({ problem, shown }: ProblemNoteProps) {
  const others = (problem?.errors ?? []).filter(({ field }) => !shown(field));
  return (
    <div className="problem" role="alert">
      {problem && <p>{problemText(problem)}</p>}
      {others.length > 0 && (
        <ul>
          {others.map(({ field, message }) => (
            <li key={field}>
              {field}: {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
