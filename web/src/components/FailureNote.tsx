import { fieldErrors, type Failure } from '../api/client';
import { failureText } from '../texts';

interface FailureNoteProps {
  failure: Failure | null;
  /** Whether a message of this field is already shown by its control. */
  shown: (field: string) => boolean;
}

/** What went wrong with a form, apart from what its fields say themselves. */
export function FailureNote({ failure, shown }: FailureNoteProps) {
  const others = fieldErrors(failure).filter(({ field }) => !shown(field));
  return (
    <div className="problem" role="alert">
      {failure && <p>{failureText(failure)}</p>}
      {others.length > 0 && (
        <ul>
          {others.map(({ field, message }) => (
            <li key={field}>
              {field} {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
