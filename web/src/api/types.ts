/** The words on the wire, as the server sends and takes them. */

export type Status =
  | 'created'
  | 'analyzing'
  | 'clarification_needed'
  | 'dispatched'
  | 'pr_opened'
  | 'merged'
  | 'failed'
  | 'cancelled';

export type Visibility = 'everyone' | 'team' | 'private';

export type EventType =
  | 'created'
  | 'analyzing'
  | 'clarification_needed'
  | 'clarification_answered'
  | 'dispatched'
  | 'pr_opened'
  | 'pr_updated'
  | 'pr_review'
  | 'pr_merged'
  | 'pr_closed'
  | 'checks'
  | 'comment'
  | 'edited'
  | 'retried'
  | 'failed'
  | 'cancelled'
  | 'issue_filed'
  | 'issue_closed'
  | 'issue_reopened';

export interface Person {
  id: string;
  name: string;
}

export interface ActorRef extends Person {
  kind: 'user' | 'agent' | 'github' | 'system';
}

export interface Question {
  id: string;
  text: string;
  choices: string[];
  answer: string | null;
  answeredBy: Person | null;
}

export interface Issue {
  number: number;
  url: string;
}

export interface PullRequest {
  number: number;
  url: string;
  title: string;
  state: 'open' | 'merged' | 'closed';
  draft: boolean;
  review: 'none' | 'approved' | 'changes_requested';
  checks: 'none' | 'pending' | 'passing' | 'failing';
  mergeCommitSha: string | null;
}

export interface Progress {
  step: string;
  phase: 'starting' | 'running' | 'completed' | 'failed';
  current: number;
  total: number;
  itemsCount: number | null;
  message: string | null;
  timestamp: string;
}

export interface TaskError {
  code: string;
  message: string;
}

interface Entry {
  version: number;
  at: string;
  actor: ActorRef;
}

/** One entry of the timeline: entry `n` is what made version `n` of the task. */
export type TaskEventView = Entry &
  (
    | { type: 'clarification_needed'; data: { questions: Question[] } }
    | { type: 'clarification_answered'; data: { answers: GivenAnswer[] } }
    | { type: 'comment'; data: { text: string } }
    | { type: 'edited'; data: EditedFields }
    | { type: 'failed'; data: TaskError }
    | { type: 'cancelled' | 'retried'; data: { reason: string | null } }
    | { type: Exclude<EventType, ToldEvent>; data: Record<string, unknown> }
  );

type ToldEvent =
  | 'clarification_needed'
  | 'clarification_answered'
  | 'comment'
  | 'edited'
  | 'failed'
  | 'cancelled'
  | 'retried';

/** Only what changed is named. */
export interface EditedFields {
  title?: string;
  description?: string;
  labels?: string[];
  team?: string | null;
  visibility?: Visibility;
}

/** A task in a list: without description, questions and timeline. */
export interface TaskSummary {
  taskId: string;
  version: number;
  title: string;
  repo: string | null;
  labels: string[];
  creator: Person;
  team: string | null;
  visibility: Visibility;
  status: Status;
  createdAt: string;
  updatedAt: string;
  issue: Issue | null;
  pullRequest: PullRequest | null;
  progress: Progress | null;
  error: TaskError | null;
}

export interface TaskView extends TaskSummary {
  description: string;
  questions: Question[];
  /** The newest entries; `eventsFrom` is the version of the first one sent. */
  events: TaskEventView[];
  eventsFrom: number;
}

export type Counts = Record<Status, number>;

export interface DashboardState {
  tasks: TaskSummary[];
  nextCursor: string | null;
  counts: Counts;
  lastActivityAt: string | null;
  serverTime: string;
}

/** What every message about a change says besides its own fields. */
export interface Change {
  taskId: string;
  version: number;
  at: string;
  actor: ActorRef;
}

export interface TaskCreated extends Change {
  title: string;
  creator: Person;
  status: Status;
  createdAt: string;
  repo: string | null;
  labels: string[];
  team: string | null;
  visibility: Visibility;
}

export interface TaskClarificationNeeded extends Change {
  status: Status;
  questions: Question[];
}

export interface TaskEventAdded extends Change {
  event: TaskEventView;
}

export interface TaskListUpdated extends TaskSummary {
  change: EventType;
  previousStatus: Status | null;
}

export interface TaskProgress extends Progress {
  taskId: string;
  version: number;
}

export interface TaskRemoved {
  taskId: string;
}

export interface ConnectionAck {
  user: Person;
  instanceId: string;
  protocolVersion: number | string;
  serverTime: string;
  expiresAt: string;
}

export interface ServerError {
  code: string;
  detail: string;
  event?: string | null;
  retryAfterMs?: number | null;
}

export type Ack = { ok: true } | { ok: false; error: ServerError };

/** RFC 9457 with Taskwire's own members. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: FieldProblem[] | null;
  requestId: string;
}

export interface FieldProblem {
  field: string;
  message: string;
}

export interface CreateTask {
  title: string;
  description?: string;
}

export interface GivenAnswer {
  questionId: string;
  answer: string;
}
