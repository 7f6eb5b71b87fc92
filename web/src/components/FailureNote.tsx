import { fieldErrors, type Failure } from '../api/client';
import { failureText } from '../texts';
import { Notice } from './ui/Notice';

interface FailureNoteProps {
  failure: Failure | null;
  /** Whether a message of this field is already shown by its control. */
  shown?: (field: string) => boolean;
}

/** What went wrong with a form, apart from what its fields say themselves. */
export function FailureNote({ failure, shown = () => false }: FailureNoteProps) {
  const others = fieldErrors(failure).filter(({ field }) => !shown(field));
  return (
    <div role="alert" className="empty:hidden">
      {failure && (
        <Notice tone="bad" title={failureText(failure)}>
          {others.length > 0 && (
            <ul className="text-sm">
              {others.map(({ field, message }) => (
                <li key={field}>
                  {field} {message}
                </li>
              ))}
            </ul>
          )}
        </Notice>
      )}
    </div>
  );
}
