/** The words on the wire, as the server defines them, under the names that the page uses. */
import type { ProblemBody, Status, TaskEvent } from './generated/wire';

export type {
  Ack,
  AnswerQuestion,
  AuthExpiring,
  ConnectionAck,
  CreateTask,
  DashboardState,
  Draining,
  ErrorEvent,
  JoinDashboard,
  Progress,
  PullRequestView,
  Question,
  Resync,
  Status,
  StatusChange,
  Task as TaskView,
  TaskCreated,
  TaskEventAdded,
  TaskListUpdated,
  TaskProgress,
  TaskRemoved,
  TaskSummary,
} from './generated/wire';

export type TaskEventView = TaskEvent;
export type Problem = ProblemBody;
export type EventType = TaskEvent['type'];
export type Counts = Record<Status, number>;
