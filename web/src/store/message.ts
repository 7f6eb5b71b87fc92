/** What the server says about tasks, by event name, and what the page learns by asking. */
import type {
  DashboardState,
  StatusChange,
  TaskCreated,
  TaskEventAdded,
  TaskListUpdated,
  TaskProgress,
  TaskRemoved,
  TaskStats,
  TaskSummary,
  TaskView,
} from '../api/types';

export interface TaskMessages {
  'dashboard:state': DashboardState;
  'dashboard:task_list_updated': TaskListUpdated;
  'task:created': TaskCreated;
  'task:removed': TaskRemoved;
  'task:state': TaskView;
  'task:event_added': TaskEventAdded;
  'task:progress': TaskProgress;
  'task:analyzing': StatusChange;
  'task:clarification_needed': StatusChange;
  'task:dispatched': StatusChange;
  'task:pr_opened': StatusChange;
  'task:pr_merged': StatusChange;
  'task:pr_closed': StatusChange;
  'task:failed': StatusChange;
  'task:cancelled': StatusChange;
}

type Told = {
  [Event in keyof TaskMessages]: { event: Event; payload: TaskMessages[Event] };
}[keyof TaskMessages];

/** What REST answered with: a row is no event, so it moves no counts; and the counts themselves. */
type Asked = { event: 'row'; payload: TaskSummary } | { event: 'stats'; payload: TaskStats };

export type Message = Told | Asked;

const events: Record<keyof TaskMessages, true> = {
  'dashboard:state': true,
  'dashboard:task_list_updated': true,
  'task:created': true,
  'task:removed': true,
  'task:state': true,
  'task:event_added': true,
  'task:progress': true,
  'task:analyzing': true,
  'task:clarification_needed': true,
  'task:dispatched': true,
  'task:pr_opened': true,
  'task:pr_merged': true,
  'task:pr_closed': true,
  'task:failed': true,
  'task:cancelled': true,
};

export const messageEvents = Object.keys(events);

/** The one place where what the server says about tasks is taken at its word; `null`: not about tasks. */
export function asMessage(event: string, payload: unknown): Message | null {
  return event in events ? ({ event, payload } as Message) : null;
}

/** The server's time of a message: what is older than the newest of these has been heard. */
export function heardAt(message: Message): string | null {
  switch (message.event) {
    case 'dashboard:state':
      return message.payload.serverTime;
    case 'task:removed':
    case 'stats':
      return null;
    case 'task:progress':
      return message.payload.timestamp;
    case 'task:state':
    case 'row':
      return message.payload.updatedAt;
    default:
      return message.payload.at;
  }
}

/** Whether a message moves the counts of what the user may see. */
export function movesCounts(message: Message): boolean {
  return message.event === 'task:removed'
    || (message.event === 'dashboard:task_list_updated' && message.payload.previousStatus !== message.payload.status);
}
