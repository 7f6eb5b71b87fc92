/** Gives the components below it the user's workspace: the connection, and what comes over it. */
import { QueryClientProvider } from '@tanstack/react-query';
import { createContext, useEffect, useState, type ReactNode } from 'react';
import { openDatabase } from '../offline/database';
import { logIn, onTokenChange, tokenOf } from '../session/token';
import { openWorkspace, type Workspace } from '../session/workspace';

export const WebSocketContext = createContext<Workspace | null>(null);

interface WebSocketProviderProps {
  /** The user's id; give the provider a `key` of it, so that another user is another workspace. */
  user: string;
  /** What shows while the kept state is being read: a few milliseconds. */
  fallback?: ReactNode;
  children: ReactNode;
}

/** Opens the user's workspace, and closes it when it goes. */
export function WebSocketProvider({ user, fallback = null, children }: WebSocketProviderProps) {
  const [workspace, setWorkspace] = useState<Workspace | null>(null);

  useEffect(() => {
    let open: Workspace | null = null;
    let closed = false;
    const opening = openWorkspace({
      user,
      token: () => tokenOf(user) ?? '',
      replaceToken: logIn,
      database: openDatabase(),
    });
    void opening.then((opened) => {
      if (closed) opened.stop();
      else {
        open = opened;
        setWorkspace(opened);
      }
    });
    const unsubscribe = onTokenChange(() => {
      const token = tokenOf(user);
      if (token !== null) open?.tokenChanged(token);
    });
    return () => {
      closed = true;
      unsubscribe();
      open?.stop();
      setWorkspace(null);
    };
  }, [user]);

  if (!workspace) return fallback;
  return (
    <WebSocketContext value={workspace}>
      <QueryClientProvider client={workspace.queries}>{children}</QueryClientProvider>
    </WebSocketContext>
  );
}
