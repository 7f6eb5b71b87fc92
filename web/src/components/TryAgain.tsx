import type { Failure } from '../api/client';
import { remedyFor } from '../store/connection';
import { texts } from '../texts';
import { Button } from './ui/Button';
import { leaveFocus } from './ui/keepFocus';

interface TryAgainProps {
  failure: Failure;
  size?: 'normal' | 'small';
  onTry: () => void;
}

/** A button to try again, where that can help: without a login it cannot. */
export function TryAgain({ failure, size = 'normal', onTry }: TryAgainProps) {
  if (remedyFor(failure.code) === 'token') return null;
  return (
    <Button ref={leaveFocus} size={size} onClick={onTry}>
      {texts.tryAgain}
    </Button>
  );
}
