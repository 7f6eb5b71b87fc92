import { KeyRound } from 'lucide-react';
import { useLoginEnding } from '../hooks/useSession';
import { texts } from '../texts';
import { clockTime } from './moments';

/** Says in time that the login ends, and what to do so that nothing is interrupted. */
export function LoginEnding() {
  const ending = useLoginEnding();
  return (
    <div role="status" className="empty:hidden">
      {ending !== null && (
        <p className="flex items-center gap-3 border-b border-line bg-wait-wash px-4 py-2">
          <KeyRound size={17} aria-hidden="true" className="shrink-0 text-wait" />
          {texts.loginEnding(clockTime(ending))}
        </p>
      )}
    </div>
  );
}
