import { use } from 'react';
import { WebSocketContext } from '../context/WebSocketContext';
import type { Workspace } from '../session/workspace';

/** The logged-in user's workspace. */
export function useWorkspace(): Workspace {
  const workspace = use(WebSocketContext);
  if (!workspace) throw new Error('useWorkspace needs a WebSocketProvider above it');
  return workspace;
}
