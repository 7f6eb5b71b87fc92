// Written from the Rust types by `cargo test`. Do not edit.

export type TaskId = string;

export type Timestamp = string;

export type Title = string;

export type Description = string;

export type Prose = string;

export type Reason = string;

export type Label = string;

export type Labels = Array<string>;

export type TeamName = string;

export type UserId = string;

export type Message = string;

export type Code = string;

export type RepoName = string;

export type Status = "created" | "analyzing" | "clarification_needed" | "dispatched" | "pr_opened" | "merged" | "failed" | "cancelled";

export type Visibility = "everyone" | "team" | "private";

export type Role = "member" | "admin" | "agent";

export type Person = { 
/**
 * The user's id.
 */
id: string, 
/**
 * The name shown to people.
 */
name: string, };

export type ActorKind = "user" | "agent" | "github" | "system";

export type ActorRef = { 
/**
 * The user's id, the GitHub login, or `taskwire`.
 */
id: string, 
/**
 * The name shown to people.
 */
name: string, 
/**
 * What kind of actor this is.
 */
kind: ActorKind, };

export type Question = { 
/**
 * Its id, unique in the task.
 */
id: string, 
/**
 * What is asked.
 */
text: Prose, 
/**
 * Suggested answers; any other is as good.
 */
choices: Array<Prose>, 
/**
 * The answer, once there is one.
 */
answer: Prose | null, 
/**
 * Who answered.
 */
answeredBy: Person | null, };

export type GivenAnswer = { 
/**
 * The question's id.
 */
questionId: string, 
/**
 * The answer.
 */
answer: Prose, };

export type TaskError = { 
/**
 * A word for programs.
 */
code: Code, 
/**
 * A sentence for people.
 */
message: Message, };

export type Phase = "starting" | "running" | "completed" | "failed";

export type Progress = { 
/**
 * The step's name, `[a-z0-9_]{1,64}`.
 */
step: Code, 
/**
 * How far the step is.
 */
phase: Phase, 
/**
 * Which of `total` this is.
 */
current: number, 
/**
 * How many there are.
 */
total: number, 
/**
 * How many things were found or done, where that means something.
 */
itemsCount: number | null, 
/**
 * One line for people.
 */
message: Message | null, 
/**
 * When this was said.
 */
timestamp: Timestamp, };

export type PullState = "open" | "closed" | "merged";

export type Review = "none" | "approved" | "changes_requested";

export type ReviewState = "approved" | "changes_requested" | "commented" | "dismissed";

export type Checks = "none" | "passing" | "pending" | "failing";

export type CloseReason = "completed" | "not_planned";

export type PullKey = { 
/**
 * GitHub's id of the base repository; it survives a rename.
 */
repoId: number, 
/**
 * The pull request's number.
 */
number: number, };

export type CheckRun = { 
/**
 * GitHub's id of the run, or of the suite. A run that is begun again has a higher one.
 */
id: number, 
/**
 * GitHub's id of the suite.
 */
suiteId: number, 
/**
 * The run's name; none for the suite as a whole.
 */
name: string | null, };

export type PullRequest = { 
/**
 * The base repository's name at that time.
 */
repo: RepoName, 
/**
 * The page of the pull request.
 */
url: string, 
/**
 * Its title.
 */
title: string, 
/**
 * Open, closed or merged.
 */
state: PullState, 
/**
 * Not yet ready for review.
 */
draft: boolean, 
/**
 * The commit at its head.
 */
headSha: string, 
/**
 * The commit that merged it.
 */
mergeCommitSha: string | null, 
/**
 * GitHub's time of its opening.
 */
createdAt: Timestamp, 
/**
 * GitHub's time of this description: of two, the later one is true.
 */
updatedAt: Timestamp, 
/**
 * GitHub's id of the base repository; it survives a rename.
 */
repoId: number, 
/**
 * The pull request's number.
 */
number: number, };

export type EventBody = { "type": "created", "data": { 
/**
 * Its title.
 */
title: Title, 
/**
 * Its description.
 */
description: Description, 
/**
 * Where it is to be filed.
 */
repo: RepoName | null, 
/**
 * Its labels.
 */
labels: Labels, 
/**
 * Its team.
 */
team: TeamName | null, 
/**
 * Whom it is for.
 */
visibility: Visibility, } } | { "type": "analyzing", "data": Record<symbol, never> } | { "type": "clarification_needed", "data": { 
/**
 * What is asked.
 */
questions: Array<Question>, } } | { "type": "clarification_answered", "data": { 
/**
 * What was answered.
 */
answers: Array<GivenAnswer>, } } | { "type": "dispatched", "data": { 
/**
 * The issue's number.
 */
issueNumber: number, 
/**
 * The issue's page.
 */
issueUrl: string, 
/**
 * The task's labels from here on.
 */
labels: Labels, } } | { "type": "issue_filed", "data": { 
/**
 * The issue's number.
 */
issueNumber: number, 
/**
 * The issue's page.
 */
issueUrl: string, } } | { "type": "pr_opened", "data": { 
/**
 * The pull request.
 */
pull: PullRequest, 
/**
 * GitHub's time.
 */
occurredAt: Timestamp, } } | { "type": "pr_updated", "data": { 
/**
 * The pull request.
 */
pull: PullRequest, 
/**
 * GitHub's time.
 */
occurredAt: Timestamp, } } | { "type": "pr_closed", "data": { 
/**
 * The pull request.
 */
pull: PullRequest, 
/**
 * GitHub's time.
 */
occurredAt: Timestamp, } } | { "type": "pr_merged", "data": { 
/**
 * The pull request.
 */
pull: PullRequest, 
/**
 * GitHub's time.
 */
occurredAt: Timestamp, } } | { "type": "pr_review", "data": { 
/**
 * Of which pull request.
 */
pull: PullKey, 
/**
 * GitHub's id of the review.
 */
objectId: number, 
/**
 * The verdict.
 */
state: ReviewState, 
/**
 * GitHub's time.
 */
occurredAt: Timestamp, } } | { "type": "checks", "data": { 
/**
 * Of which pull request.
 */
pull: PullKey, 
/**
 * The commit that was checked.
 */
headSha: string, 
/**
 * What they say by now, taken together: the worst of them.
 */
state: Checks, 
/**
 * The one that has spoken.
 */
run: CheckRun, 
/**
 * What it said.
 */
outcome: Checks, 
/**
 * GitHub's time.
 */
occurredAt: Timestamp, } } | { "type": "issue_closed", "data": { 
/**
 * Why.
 */
reason: CloseReason, 
/**
 * GitHub's time.
 */
occurredAt: Timestamp, } } | { "type": "issue_reopened", "data": { 
/**
 * GitHub's time.
 */
occurredAt: Timestamp, } } | { "type": "comment", "data": { 
/**
 * What was said.
 */
text: Prose, 
/**
 * GitHub's id of the comment, if it was made there.
 */
objectId?: number | null, 
/**
 * The comment's page, if it was made on GitHub.
 */
url?: string | null, 
/**
 * GitHub's time, if it was made there.
 */
occurredAt?: Timestamp | null, } } | { "type": "edited", "data": { 
/**
 * The new title.
 */
title?: Title | null, 
/**
 * The new description.
 */
description?: Description | null, 
/**
 * The new labels.
 */
labels?: Labels | null, 
/**
 * The new team; `null` takes the team away.
 */
team?: string | null, 
/**
 * The new visibility.
 */
visibility?: Visibility | null, } } | { "type": "retried", "data": { 
/**
 * Why.
 */
reason: Reason | null, 
/**
 * Where it is to be filed, if it named no repository before.
 */
repo?: RepoName | null, } } | { "type": "failed", "data": { 
/**
 * A word for programs.
 */
code: Code, 
/**
 * A sentence for people.
 */
message: Message, } } | { "type": "cancelled", "data": { 
/**
 * Why.
 */
reason: Reason | null, } };

export type TaskEvent = { 
/**
 * 1, 2, 3, … without a gap.
 */
version: number, 
/**
 * When Taskwire learnt it.
 */
at: Timestamp, 
/**
 * Who caused it.
 */
actor: ActorRef, } & ({ "type": "created", "data": { 
/**
 * Its title.
 */
title: Title, 
/**
 * Its description.
 */
description: Description, 
/**
 * Where it is to be filed.
 */
repo: RepoName | null, 
/**
 * Its labels.
 */
labels: Labels, 
/**
 * Its team.
 */
team: TeamName | null, 
/**
 * Whom it is for.
 */
visibility: Visibility, } } | { "type": "analyzing", "data": Record<symbol, never> } | { "type": "clarification_needed", "data": { 
/**
 * What is asked.
 */
questions: Array<Question>, } } | { "type": "clarification_answered", "data": { 
/**
 * What was answered.
 */
answers: Array<GivenAnswer>, } } | { "type": "dispatched", "data": { 
/**
 * The issue's number.
 */
issueNumber: number, 
/**
 * The issue's page.
 */
issueUrl: string, 
/**
 * The task's labels from here on.
 */
labels: Labels, } } | { "type": "issue_filed", "data": { 
/**
 * The issue's number.
 */
issueNumber: number, 
/**
 * The issue's page.
 */
issueUrl: string, } } | { "type": "pr_opened", "data": { 
/**
 * The pull request.
 */
pull: PullRequest, 
/**
 * GitHub's time.
 */
occurredAt: Timestamp, } } | { "type": "pr_updated", "data": { 
/**
 * The pull request.
 */
pull: PullRequest, 
/**
 * GitHub's time.
 */
occurredAt: Timestamp, } } | { "type": "pr_closed", "data": { 
/**
 * The pull request.
 */
pull: PullRequest, 
/**
 * GitHub's time.
 */
occurredAt: Timestamp, } } | { "type": "pr_merged", "data": { 
/**
 * The pull request.
 */
pull: PullRequest, 
/**
 * GitHub's time.
 */
occurredAt: Timestamp, } } | { "type": "pr_review", "data": { 
/**
 * Of which pull request.
 */
pull: PullKey, 
/**
 * GitHub's id of the review.
 */
objectId: number, 
/**
 * The verdict.
 */
state: ReviewState, 
/**
 * GitHub's time.
 */
occurredAt: Timestamp, } } | { "type": "checks", "data": { 
/**
 * Of which pull request.
 */
pull: PullKey, 
/**
 * The commit that was checked.
 */
headSha: string, 
/**
 * What they say by now, taken together: the worst of them.
 */
state: Checks, 
/**
 * The one that has spoken.
 */
run: CheckRun, 
/**
 * What it said.
 */
outcome: Checks, 
/**
 * GitHub's time.
 */
occurredAt: Timestamp, } } | { "type": "issue_closed", "data": { 
/**
 * Why.
 */
reason: CloseReason, 
/**
 * GitHub's time.
 */
occurredAt: Timestamp, } } | { "type": "issue_reopened", "data": { 
/**
 * GitHub's time.
 */
occurredAt: Timestamp, } } | { "type": "comment", "data": { 
/**
 * What was said.
 */
text: Prose, 
/**
 * GitHub's id of the comment, if it was made there.
 */
objectId?: number | null, 
/**
 * The comment's page, if it was made on GitHub.
 */
url?: string | null, 
/**
 * GitHub's time, if it was made there.
 */
occurredAt?: Timestamp | null, } } | { "type": "edited", "data": { 
/**
 * The new title.
 */
title?: Title | null, 
/**
 * The new description.
 */
description?: Description | null, 
/**
 * The new labels.
 */
labels?: Labels | null, 
/**
 * The new team; `null` takes the team away.
 */
team?: string | null, 
/**
 * The new visibility.
 */
visibility?: Visibility | null, } } | { "type": "retried", "data": { 
/**
 * Why.
 */
reason: Reason | null, 
/**
 * Where it is to be filed, if it named no repository before.
 */
repo?: RepoName | null, } } | { "type": "failed", "data": { 
/**
 * A word for programs.
 */
code: Code, 
/**
 * A sentence for people.
 */
message: Message, } } | { "type": "cancelled", "data": { 
/**
 * Why.
 */
reason: Reason | null, } });

export type IssueLink = { 
/**
 * Its number.
 */
number: number, 
/**
 * Its page.
 */
url: string, };

export type PullRequestView = { 
/**
 * Its number.
 */
number: number, 
/**
 * Its page.
 */
url: string, 
/**
 * Its title.
 */
title: string, 
/**
 * Open, closed or merged.
 */
state: PullState, 
/**
 * Not yet ready for review.
 */
draft: boolean, 
/**
 * What the reviewers say.
 */
review: Review, 
/**
 * What the checks of its head say.
 */
checks: Checks, 
/**
 * The commit that merged it.
 */
mergeCommitSha: string | null, };

export type TaskSummary = { 
/**
 * Its id, a `UUIDv7`.
 */
taskId: TaskId, 
/**
 * The version of its newest entry.
 */
version: number, 
/**
 * Its title.
 */
title: Title, 
/**
 * Where it is filed.
 */
repo: RepoName | null, 
/**
 * Its labels.
 */
labels: Labels, 
/**
 * Who submitted it.
 */
creator: Person, 
/**
 * Its team.
 */
team: TeamName | null, 
/**
 * Whom it is for.
 */
visibility: Visibility, 
/**
 * Where it stands.
 */
status: Status, 
/**
 * The first entry's time.
 */
createdAt: Timestamp, 
/**
 * The newest entry's time.
 */
updatedAt: Timestamp, 
/**
 * Its issue, once filed.
 */
issue: IssueLink | null, 
/**
 * The pull request shown for it.
 */
pullRequest: PullRequestView | null, 
/**
 * What is being done just now.
 */
progress: Progress | null, 
/**
 * Why it failed, while it is failed.
 */
error: TaskError | null, };

export type Task = { 
/**
 * Its description.
 */
description: Description, 
/**
 * What was asked, in order; of what was answered before the last round, the newest twelve.
 */
questions: Array<Question>, 
/**
 * Its newest entries, oldest first: at most 200, fewer if they are long.
 */
events: Array<TaskEvent>, 
/**
 * The version of the first of `events`; earlier ones are at `/api/tasks/{id}/events`.
 */
eventsFrom: number, 
/**
 * Its id, a `UUIDv7`.
 */
taskId: TaskId, 
/**
 * The version of its newest entry.
 */
version: number, 
/**
 * Its title.
 */
title: Title, 
/**
 * Where it is filed.
 */
repo: RepoName | null, 
/**
 * Its labels.
 */
labels: Labels, 
/**
 * Who submitted it.
 */
creator: Person, 
/**
 * Its team.
 */
team: TeamName | null, 
/**
 * Whom it is for.
 */
visibility: Visibility, 
/**
 * Where it stands.
 */
status: Status, 
/**
 * The first entry's time.
 */
createdAt: Timestamp, 
/**
 * The newest entry's time.
 */
updatedAt: Timestamp, 
/**
 * Its issue, once filed.
 */
issue: IssueLink | null, 
/**
 * The pull request shown for it.
 */
pullRequest: PullRequestView | null, 
/**
 * What is being done just now.
 */
progress: Progress | null, 
/**
 * Why it failed, while it is failed.
 */
error: TaskError | null, };

export type CreateTask = { 
/**
 * 1 to 200 characters after trimming.
 */
title: Title, 
/**
 * Up to 20,000 characters.
 */
description?: Description, 
/**
 * `owner/name`; the configured one if absent.
 */
repo?: RepoName, 
/**
 * Up to 20.
 */
labels?: Labels, 
/**
 * One of the caller's teams.
 */
team?: TeamName, 
/**
 * `everyone` if absent.
 */
visibility?: Visibility, };

export type EditTask = { 
/**
 * The new title.
 */
title?: Title, 
/**
 * The new description.
 */
description?: Description, 
/**
 * The new labels.
 */
labels?: Labels, 
/**
 * The new team; `null` takes the team away.
 */
team?: string | null, 
/**
 * The new visibility.
 */
visibility?: Visibility, };

export type AnswerQuestion = { 
/**
 * The question's `id`.
 */
questionId: string, 
/**
 * 1 to 10,000 characters; `choices` are suggestions.
 */
answer: Prose, };

export type AnswerQuestions = { 
/**
 * At least one.
 */
answers: Array<AnswerQuestion>, };

export type AddComment = { 
/**
 * 1 to 10,000 characters.
 */
text: Prose, };

export type WithReason = { 
/**
 * 1 to 1,000 characters.
 */
reason?: Reason, };

export type ReportProgress = { 
/**
 * `[a-z0-9_]{1,64}`.
 */
step: Code, 
/**
 * How far the step is.
 */
phase: Phase, 
/**
 * Which of `total` this is.
 */
current: number, 
/**
 * How many there are.
 */
total: number, 
/**
 * How many things were found or done.
 */
itemsCount?: number, 
/**
 * Up to 1,000 characters.
 */
message?: Message, };

export type ReportFailure = { 
/**
 * `[a-z0-9_]{1,64}`.
 */
code: Code, 
/**
 * Up to 1,000 characters.
 */
message: Message, };

export type TaskList = { 
/**
 * The tasks of this page.
 */
tasks: Array<TaskSummary>, 
/**
 * What `cursor` asks for the next page; `null` at the end.
 */
nextCursor: string | null, };

export type TaskEvents = { 
/**
 * The entries asked for, oldest first.
 */
events: Array<TaskEvent>, 
/**
 * The task's version.
 */
version: number, };

export type TaskStats = { 
/**
 * How many tasks are in each status.
 */
counts: Record<Status, number>, 
/**
 * How many are not merged, failed or cancelled.
 */
openCount: number, 
/**
 * The time of the newest entry.
 */
lastActivityAt: Timestamp | null, };

export type Me = { 
/**
 * The token's `sub`.
 */
id: string, 
/**
 * The name shown to others.
 */
name: string, 
/**
 * What the token lets its bearer be.
 */
roles: Array<Role>, 
/**
 * The teams.
 */
teams: Array<TeamName>, 
/**
 * The repositories an agent is confined to.
 */
repos: Array<RepoName> | null, 
/**
 * When the token ends.
 */
expiresAt: Timestamp, };

export type Features = { 
/**
 * Whether this caller may use Socket.IO.
 */
websocket: boolean, 
/**
 * Whether Server-Sent Events are served.
 */
sse: boolean, 
/**
 * How often to ask where neither works.
 */
pollIntervalMs: number, 
/**
 * The protocol's version.
 */
protocolVersion: number, 
/**
 * Whether GitHub is simulated.
 */
demo: boolean, };

export type DemoUser = { 
/**
 * The `sub` of their tokens.
 */
id: UserId, 
/**
 * The name shown to others.
 */
name: string, 
/**
 * What they may be.
 */
roles: Array<Role>, 
/**
 * Their teams.
 */
teams: Array<TeamName>, };

export type DemoUsers = { 
/**
 * Everybody there is.
 */
users: Array<DemoUser>, };

export type ChooseDemoUser = { 
/**
 * The `id` of one of the demo's users.
 */
user: string, };

export type DemoToken = { 
/**
 * A token of that user.
 */
token: string, };

export type ErrorCode = "malformed" | "unauthenticated" | "token_expired" | "bad_signature" | "forbidden" | "feature_disabled" | "origin_not_allowed" | "not_found" | "method_not_allowed" | "invalid_transition" | "already_answered" | "timeline_full" | "version_conflict" | "body_too_large" | "unsupported_media_type" | "validation_failed" | "idempotency_key_reused" | "precondition_required" | "rate_limited" | "too_many_rooms" | "too_many_connections" | "busy" | "internal" | "store_unavailable" | "unavailable";

export type FieldError = { 
/**
 * The field's path in the request, as in `answers[0].questionId`.
 */
field: string, 
/**
 * The rule, in words that follow the field's name.
 */
message: string, };

export type ProblemBody = { 
/**
 * A page about the code.
 */
type: string, 
/**
 * The code in a few words.
 */
title: string, 
/**
 * The HTTP status.
 */
status: number, 
/**
 * The word for programs.
 */
code: ErrorCode, 
/**
 * The sentence for people.
 */
detail: string, 
/**
 * The fields that break a rule.
 */
errors?: Array<FieldError>, 
/**
 * The answer's `X-Request-Id`.
 */
requestId: string, };

export type JoinDashboard = { 
/**
 * 1 to 200 tasks in the snapshot; 50 if absent.
 */
limit?: number, 
/**
 * Only tasks in these statuses.
 */
status?: OneOrMany, 
/**
 * The order; `-updatedAt` if absent.
 */
sort?: SortBy, 
/**
 * What to follow; `all` if absent.
 */
mode?: Mode, };

export type OneOrMany = Status | Array<Status>;

export type SortBy = "-updatedAt" | "-createdAt";

export type Mode = "all" | "list";

export type Resync = { 
/**
 * Up to 200 tasks.
 */
taskIds: Array<TaskId>, 
/**
 * The versions the client has; a task at its version is not sent.
 */
versions?: Record<string, number>, 
/**
 * Whether the dashboard's state is wanted too.
 */
dashboard?: boolean, };

export type Ack = { 
/**
 * Always `true`.
 */
ok: boolean, 
/**
 * The snapshot's version.
 */
version: number, } | { 
/**
 * Always `true`.
 */
ok: boolean, 
/**
 * The snapshot's time.
 */
serverTime: Timestamp, } | { 
/**
 * Always `true`.
 */
ok: boolean, 
/**
 * Tasks whose state was sent.
 */
sent: Array<TaskId>, 
/**
 * Tasks whose version is the client's.
 */
current: Array<TaskId>, 
/**
 * Tasks that do not exist for the client.
 */
missing: Array<TaskId>, } | { 
/**
 * Always `false`.
 */
ok: boolean, 
/**
 * Why.
 */
error: ErrorEvent, } | { 
/**
 * Always `true`.
 */
ok: boolean, };

export type Stamp = { 
/**
 * The entry's version.
 */
version: number, 
/**
 * When Taskwire learnt it.
 */
at: Timestamp, 
/**
 * Who caused it.
 */
actor: ActorRef, };

export type ConnectionAck = { 
/**
 * Who the token says you are.
 */
user: Me, 
/**
 * Which instance you are connected to.
 */
instanceId: string, 
/**
 * The protocol's version.
 */
protocolVersion: number, 
/**
 * The server's time.
 */
serverTime: Timestamp, 
/**
 * When the token ends.
 */
expiresAt: Timestamp, };

export type TaskCreated = { 
/**
 * The task.
 */
taskId: TaskId, 
/**
 * Its title.
 */
title: Title, 
/**
 * Who submitted it.
 */
creator: Person, 
/**
 * Where it stands.
 */
status: Status, 
/**
 * When it was submitted.
 */
createdAt: Timestamp, 
/**
 * Where it is filed.
 */
repo: RepoName | null, 
/**
 * Its labels.
 */
labels: Labels, 
/**
 * Its team.
 */
team: TeamName | null, 
/**
 * Whom it is for.
 */
visibility: Visibility, 
/**
 * The entry's version.
 */
version: number, 
/**
 * When Taskwire learnt it.
 */
at: Timestamp, 
/**
 * Who caused it.
 */
actor: ActorRef, };

export type StatusFacts = { 
/**
 * What is asked.
 */
questions: Array<Question>, } | { 
/**
 * The issue's page.
 */
issueUrl: string, 
/**
 * The issue's number.
 */
issueNumber: number, } | { 
/**
 * The pull request's page.
 */
prUrl: string, 
/**
 * Its number.
 */
prNumber: number, 
/**
 * `review ready` or `draft`.
 */
message: "review ready" | "draft", } | { 
/**
 * The pull request's page.
 */
prUrl: string, 
/**
 * Its number.
 */
prNumber: number, 
/**
 * The commit that merged it.
 */
mergeCommitSha: string | null, } | { 
/**
 * The pull request's number.
 */
prNumber: number, } | { 
/**
 * Why.
 */
error: TaskError, } | { 
/**
 * Why.
 */
reason: Reason | null, } | Record<symbol, never>;

export type StatusChange = { 
/**
 * The task.
 */
taskId: TaskId, 
/**
 * Where it stands now.
 */
status: Status, } & ({ 
/**
 * What is asked.
 */
questions: Array<Question>, } | { 
/**
 * The issue's page.
 */
issueUrl: string, 
/**
 * The issue's number.
 */
issueNumber: number, } | { 
/**
 * The pull request's page.
 */
prUrl: string, 
/**
 * Its number.
 */
prNumber: number, 
/**
 * `review ready` or `draft`.
 */
message: "review ready" | "draft", } | { 
/**
 * The pull request's page.
 */
prUrl: string, 
/**
 * Its number.
 */
prNumber: number, 
/**
 * The commit that merged it.
 */
mergeCommitSha: string | null, } | { 
/**
 * The pull request's number.
 */
prNumber: number, } | { 
/**
 * Why.
 */
error: TaskError, } | { 
/**
 * Why.
 */
reason: Reason | null, } | Record<symbol, never>) & { 
/**
 * The entry's version.
 */
version: number, 
/**
 * When Taskwire learnt it.
 */
at: Timestamp, 
/**
 * Who caused it.
 */
actor: ActorRef, };

export type TaskEventAdded = { 
/**
 * The task.
 */
taskId: TaskId, 
/**
 * The new entry.
 */
event: TaskEvent, 
/**
 * The entry's version.
 */
version: number, 
/**
 * When Taskwire learnt it.
 */
at: Timestamp, 
/**
 * Who caused it.
 */
actor: ActorRef, };

export type TaskProgress = { 
/**
 * The task.
 */
taskId: TaskId, 
/**
 * The task's version.
 */
version: number, 
/**
 * The step's name, `[a-z0-9_]{1,64}`.
 */
step: Code, 
/**
 * How far the step is.
 */
phase: Phase, 
/**
 * Which of `total` this is.
 */
current: number, 
/**
 * How many there are.
 */
total: number, 
/**
 * How many things were found or done, where that means something.
 */
itemsCount: number | null, 
/**
 * One line for people.
 */
message: Message | null, 
/**
 * When this was said.
 */
timestamp: Timestamp, };

export type TaskRemoved = { 
/**
 * The task.
 */
taskId: TaskId, };

export type DashboardState = { 
/**
 * The tasks asked for.
 */
tasks: Array<TaskSummary>, 
/**
 * Where `GET /api/tasks` goes on.
 */
nextCursor: string | null, 
/**
 * How many tasks are in each status.
 */
counts: Record<Status, number>, 
/**
 * The time of the newest entry.
 */
lastActivityAt: Timestamp | null, 
/**
 * The server's time.
 */
serverTime: Timestamp, };

export type TaskListUpdated = { 
/**
 * The entry's type.
 */
change: string, 
/**
 * The status in the last row sent to this client; `null` if there was none.
 */
previousStatus: Status | null, 
/**
 * When Taskwire learnt it.
 */
at: Timestamp, 
/**
 * Who caused it.
 */
actor: ActorRef, 
/**
 * Its id, a `UUIDv7`.
 */
taskId: TaskId, 
/**
 * The version of its newest entry.
 */
version: number, 
/**
 * Its title.
 */
title: Title, 
/**
 * Where it is filed.
 */
repo: RepoName | null, 
/**
 * Its labels.
 */
labels: Labels, 
/**
 * Who submitted it.
 */
creator: Person, 
/**
 * Its team.
 */
team: TeamName | null, 
/**
 * Whom it is for.
 */
visibility: Visibility, 
/**
 * Where it stands.
 */
status: Status, 
/**
 * The first entry's time.
 */
createdAt: Timestamp, 
/**
 * The newest entry's time.
 */
updatedAt: Timestamp, 
/**
 * Its issue, once filed.
 */
issue: IssueLink | null, 
/**
 * The pull request shown for it.
 */
pullRequest: PullRequestView | null, 
/**
 * What is being done just now.
 */
progress: Progress | null, 
/**
 * Why it failed, while it is failed.
 */
error: TaskError | null, };

export type ResyncRequired = { 
/**
 * Why, in one word.
 */
reason: string, };

export type AuthExpiring = { 
/**
 * How long the token still lives.
 */
expiresInMs: number, };

export type Draining = { 
/**
 * When to connect again, spread at random.
 */
reconnectInMs: number, };

export type ErrorEvent = { 
/**
 * The word for programs.
 */
code: ErrorCode, 
/**
 * The sentence for people.
 */
detail: string, 
/**
 * The event that was refused.
 */
event?: string, 
/**
 * When another try makes sense.
 */
retryAfterMs?: number, };
