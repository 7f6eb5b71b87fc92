import { KeyRound } from 'lucide-react';
import { useLoginEnding } from '../hooks/useSession';
import { texts } from '../texts';
import { clockTime } from './moments';
import { TokenForm } from './TokenForm';

/** Says in time that the login ends, and that it has, and what to do so that it goes on. */
export function LoginEnding() {
  const ending = useLoginEnding();
  return (
    <div className={ending === null ? undefined : 'flex flex-wrap items-center gap-x-6 gap-y-2 border-b border-line bg-wait-wash px-4 py-2'}>
      <div role="status" className="min-w-0 flex-1 basis-80 empty:hidden">
        {ending !== null && (
          <p className="flex items-center gap-3">
            <KeyRound size={17} aria-hidden="true" className="shrink-0 text-wait" />
            {ending.over ? texts.loginOver : texts.loginEnding(clockTime(ending.at))}
          </p>
        )}
      </div>
      {ending?.over && <TokenForm compact />}
    </div>
  );
}
