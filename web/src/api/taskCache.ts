/** What the page has of the server's tasks, as the rest of the page uses it. */
import type { QueryKey } from '@tanstack/react-query';
import type { Filters } from '../store/filters';
import type { TaskRows } from '../store/list';
import type { Message } from '../store/message';
import type { Observable } from '../store/observable';
import type { Overview } from '../store/overview';
import type { Room } from '../store/room';
import type { Failure } from './client';
import type { TaskView } from './types';

export interface TaskCache {
  /** Takes a message in; what it changes shows with the next frame. */
  take: (message: Message) => void;
  /** Shows what has been taken in. */
  flush: () => void;
  /** Takes a task in as REST answered with it, and shows it at once, unless it was taken away meanwhile. */
  put: (task: TaskView) => void;
  /** The task does not exist, or may not be seen. */
  remove: (taskId: string) => void;
  /** What a list will show at least, as far as other lists tell: it stands in until the list is fetched. */
  guess: (filters: Filters) => TaskRows | undefined;
  fetchList: (filters: Filters) => Promise<TaskRows>;
  loadMore: (filters: Filters) => Promise<Failure | null>;
  fetchRoom: (taskId: string) => Promise<Room>;
  loadOlder: (taskId: string) => Promise<Failure | null>;
  fetchOverview: () => Promise<Overview>;
  /** Asks for what has changed since the page last knew everything; why it could not, if so. */
  catchUp: (withCounts: boolean) => Promise<Failure | null>;
  /** From now on messages may be missing. */
  fellBehind: () => void;
  /** The rows that changed a moment ago, each with the number of its change. */
  recentlyChanged: Observable<ReadonlyMap<string, number>>;
  /** Up to which time of the server everything is known. */
  knownUntil: Observable<string | null>;
  stop: () => void;
}

export const listKey = (filters: Filters): QueryKey => ['tasks', filters];
export const roomKey = (taskId: string): QueryKey => ['task', taskId];
export const overviewKey: QueryKey = ['overview'];
