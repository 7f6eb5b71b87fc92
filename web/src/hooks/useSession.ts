import { useSyncExternalStore } from 'react';
import { currentToken, onTokenChange } from '../session/token';

/** The user's token, or `null` when nobody is logged in. */
export function useSession(): string | null {
  return useSyncExternalStore(onTokenChange, currentToken);
}
