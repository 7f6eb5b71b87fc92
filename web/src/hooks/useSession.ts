import { useQuery } from '@tanstack/react-query';
import { use, useSyncExternalStore } from 'react';
import type { DemoUser } from '../api/types';
import { WebSocketContext } from '../context/WebSocketContext';
import type { Ending } from '../session/login';
import { currentToken, logIn, logOut, onTokenChange, userOf } from '../session/token';
import { useFeatures } from './useMe';
import { useObservable } from './useObservable';
import { useWorkspace } from './useWorkspace';

export interface Session {
  /** The id of the user whose token is there; `null` when nobody is logged in. */
  user: string | null;
  /** Logs in with a token; `false` if it is none. */
  logIn: (token: string) => boolean;
  /** Forgets the token and what is kept in this browser, what of the user's waits to be sent included. */
  logOut: () => void;
}

/** Who is logged in. */
export function useSession(): Session {
  const token = useSyncExternalStore(onTokenChange, currentToken);
  return { user: token === null ? null : userOf(token), logIn: enter, logOut: leave };
}

function enter(token: string): boolean {
  const trimmed = token.trim();
  if (userOf(trimmed) === null) return false;
  logIn(trimmed);
  return true;
}

function leave(): void {
  void logOut();
}

/** The end of the login, if it is near or past and the page cannot renew it by itself. */
export function useLoginEnding(): Ending | null {
  return useObservable(useWorkspace().login.ending);
}

export interface DemoPicker {
  /** Empty outside demo mode. */
  users: readonly DemoUser[];
  /** Becomes another demo user. */
  become: (user: string) => Promise<boolean>;
}

const nobody: readonly DemoUser[] = [];

/** The users one can be in demo mode. */
export function useDemoPicker(): DemoPicker {
  const workspace = use(WebSocketContext);
  const isDemo = useFeatures()?.demo === true;
  const { data } = useQuery({
    queryKey: ['demoUsers'],
    enabled: isDemo && workspace !== null,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const answer = await workspace?.client.demoUsers();
      return answer?.ok ? answer.value.users : nobody;
    },
  });
  return {
    users: isDemo ? (data ?? nobody) : nobody,
    become: async (user) => {
      const answer = await workspace?.client.demoToken(user);
      return answer?.ok === true && enter(answer.value.token);
    },
  };
}
