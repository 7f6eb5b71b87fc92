/** The words on the wire, as the server defines them, under the names that the page uses. */
import type { ProblemBody, Status, TaskEvent } from './generated/wire';

export type {
  Ack,
  ActorKind,
  AnswerQuestion,
  AuthExpiring,
  Checks,
  ConnectionAck,
  CreateTask,
  DashboardState,
  DemoUser,
  Draining,
  EditTask,
  ErrorEvent,
  Features,
  Me,
  Progress,
  PullRequestView,
  Question,
  Review,
  Status,
  StatusChange,
  Task as TaskView,
  TaskCreated,
  TaskEventAdded,
  TaskEvents,
  TaskList,
  TaskListUpdated,
  TaskProgress,
  TaskRemoved,
  TaskStats,
  TaskSummary,
  Visibility,
} from './generated/wire';

export type TaskEventView = TaskEvent;
export type Problem = ProblemBody;
export type EventType = TaskEvent['type'];
export type Counts = Record<Status, number>;
