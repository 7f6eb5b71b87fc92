/** Texts that are chosen by what they speak of. */
import type { Failure } from '../api/client';
import type { ActorKind, Checks, EventType, PullRequestView, Review, Status, TaskEventView, TaskSummary, Visibility } from '../api/types';
import { remedyFor, type Connection } from '../store/connection';
import type { FreshnessKind } from '../store/freshness';
import type { Deed, OutboxEntry } from '../store/outbox';

export const statusText: Record<Status, string> = {
  created: 'Created',
  analyzing: 'Analyzing',
  clarification_needed: 'Needs answers',
  dispatched: 'Dispatched',
  pr_opened: 'PR opened',
  merged: 'Merged',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export const reviewText: Record<Review, string> = {
  none: 'Not reviewed yet',
  approved: 'Approved',
  changes_requested: 'Changes requested',
};

export const checksText: Record<Checks, string> = {
  none: 'No checks',
  pending: 'Checks running',
  passing: 'Checks passing',
  failing: 'Checks failing',
};

export const visibilityText: Record<Visibility, string> = {
  everyone: 'Everyone',
  team: 'A team',
  private: 'Only me',
};

export const actorKindText: Record<ActorKind, string> = {
  user: '',
  agent: 'agent',
  github: 'GitHub',
  system: 'Taskwire',
};

export function visibleTo({ visibility, team }: Pick<TaskSummary, 'visibility' | 'team'>): string {
  switch (visibility) {
    case 'everyone':
      return 'Everyone';
    case 'team':
      return `Team ${team ?? ''}`;
    case 'private':
      return 'Its creator';
  }
}

export function pullStateText({ state, draft }: Pick<PullRequestView, 'state' | 'draft'>): string {
  switch (state) {
    case 'open':
      return draft ? 'Draft' : 'Open';
    case 'merged':
      return 'Merged';
    case 'closed':
      return 'Closed';
  }
}

const eventTexts: Record<EventType, string> = {
  created: 'created the task',
  analyzing: 'started the analysis',
  clarification_needed: 'asked for clarification',
  clarification_answered: 'answered',
  dispatched: 'filed the issue',
  pr_opened: 'opened a pull request',
  pr_updated: 'updated the pull request',
  pr_review: 'reviewed the pull request',
  pr_merged: 'merged the pull request',
  pr_closed: 'closed the pull request',
  checks: 'reported checks',
  comment: 'commented',
  edited: 'edited the task',
  retried: 'retried the task',
  failed: 'could not go on',
  cancelled: 'cancelled the task',
  issue_filed: 'filed the issue',
  issue_closed: 'closed the issue',
  issue_reopened: 'reopened the issue',
};

/** What the actor did. A newer server may know entries that this page does not: their own word is shown. */
export function eventText(event: TaskEventView): string {
  switch (event.type) {
    case 'pr_review':
      return {
        approved: 'approved the pull request',
        changes_requested: 'asked for changes',
        commented: 'reviewed the pull request',
        dismissed: 'dismissed a review',
      }[event.data.state];
    case 'checks':
      return { none: 'has no checks', pending: 'is running checks', passing: 'reported passing checks', failing: 'reported failing checks' }[
        event.data.state
      ];
    case 'issue_closed':
      return event.data.reason === 'not_planned' ? 'closed the issue as not planned' : 'closed the issue';
    case 'edited':
      return `edited ${editedFields(event.data).join(', ') || 'the task'}`;
    default: {
      const known: Partial<Record<string, string>> = eventTexts;
      return known[event.type] ?? event.type;
    }
  }
}

function editedFields(data: object): string[] {
  const names: Record<string, string> = {
    title: 'the title',
    description: 'the description',
    labels: 'the labels',
    team: 'the team',
    visibility: 'who may see it',
  };
  return Object.keys(data).flatMap((name) => names[name] ?? []);
}

/** What to say about a call that failed, and what to do next. */
export function failureText(failure: Failure): string {
  if (failure.code === 'unreachable') {
    return failure.status === null
      ? 'The server cannot be reached. Your text is kept: try again in a moment.'
      : `Something between you and the server answered ${failure.status}. Your text is kept: try again in a moment.`;
  }
  const said = failure.status >= 500 ? `${failure.detail} (request ${failure.requestId})` : failure.detail;
  const advice = adviceFor[failure.code];
  return advice === undefined ? said : `${said}${/[.!?)]$/.test(said) ? '' : '.'} ${advice}`;
}

const logInAgain = 'Open a new login link in this tab, or paste its token at the top of the page. What you wrote is kept.';

const adviceFor: Partial<Record<string, string>> = {
  unauthenticated: logInAgain,
  token_expired: logInAgain,
  forbidden: 'Ask the task’s creator or an admin.',
  not_found: 'It may have been removed, or you may no longer see it.',
  invalid_transition: 'Look at the task as it is now.',
  already_answered: 'Look at the answer that was given first.',
  version_conflict: 'Look at the task as it is now, then try again.',
  rate_limited: 'Wait a moment, then try again.',
  internal: 'Try again; if it stays so, tell whoever runs this server the request’s number.',
  store_unavailable: 'Try again in a moment.',
  unavailable: 'Try again in a moment.',
};

export interface ConnectionText {
  /** One or two words. */
  state: string;
  /** What it means, and what to do if there is something to do. */
  advice: string;
}

/** What the dot says: `seconds` until the next try, if one is planned. */
export function connectionText(connection: Connection, seconds: number | null): ConnectionText {
  switch (connection.state) {
    case 'connected':
      return { state: 'Connected', advice: transportText[connection.transport] };
    case 'connecting':
      return { state: 'Connecting…', advice: 'Changes show as soon as it is connected.' };
    case 'disconnected':
      return { state: 'Disconnected', advice: `${codeAdvice(connection.code, 'It connects again by itself')}${nextTry(seconds)}.` };
    case 'error':
      return {
        state: 'Not connected',
        advice: `${codeAdvice(connection.code, `It failed ${connection.attempts} times. Check your network, and whether the server runs`)}${nextTry(seconds)}.`,
      };
  }
}

const transportText: Record<Connection['transport'], string> = {
  websocket: 'Changes show at once.',
  sse: 'Changes show at once, over a plain stream.',
  polling: 'The page asks for changes every few seconds.',
};

const codeTexts: Partial<Record<string, string>> = {
  unauthenticated: 'The server does not accept your token. Open a new login link in this tab, or paste its token at the top of the page',
  token_expired: 'Your login has ended. Open a new login link in this tab, or paste its token at the top of the page',
  too_many_connections: 'You have too many connections open. Close other tabs of this page',
  origin_not_allowed:
    'The server does not accept connections from this address. Open the page at the server’s own address, or have this one added to FRONTEND_URL',
  forbidden: 'The server refused the connection. Ask whoever runs it',
  draining: 'The server is restarting',
};

function codeAdvice(code: string | null, otherwise: string): string {
  return (code === null ? undefined : codeTexts[code]) ?? otherwise;
}

function nextTry(seconds: number | null): string {
  if (seconds === null) return '';
  return seconds <= 1 ? ' (next try in a moment)' : ` (next try in ${seconds} s)`;
}

/** How far the page can be trusted to show the newest. `time`: since when it may not. */
export function freshnessText(kind: FreshnessKind, time: string | null): string {
  switch (kind) {
    case 'live':
      return 'Live';
    case 'catching_up':
      return 'Catching up';
    case 'stale':
      return time === null ? 'Stale' : `Stale since ${time}`;
    case 'polling':
      return 'Polling';
    case 'offline':
      return 'Offline';
  }
}

export const freshnessAdvice: Record<FreshnessKind, string> = {
  live: 'What you see is the newest there is.',
  catching_up: 'What happened meanwhile is being fetched.',
  stale: 'What you see may be out of date. It catches up as soon as the page is connected.',
  polling: 'The page asks for changes every few seconds.',
  offline: 'The server cannot be reached. You see the last state this browser has.',
};

export function deedText(deed: Deed): string {
  switch (deed.kind) {
    case 'create':
      return 'Create a task';
    case 'answer':
      return deed.answers.length === 1 ? 'Answer a question' : `Answer ${deed.answers.length} questions`;
    case 'comment':
      return 'Comment';
    case 'cancel':
      return 'Cancel a task';
    case 'retry':
      return 'Retry a task';
  }
}

/** Where an entry is on its way to the server. */
export function outboxStateText({ state, failure }: Pick<OutboxEntry, 'state' | 'failure'>): string {
  switch (state) {
    case 'queued':
      return remedyFor(failure?.code ?? '') === 'token' ? 'Waiting for you to log in again' : 'Waiting to be sent';
    case 'sending':
      return 'Sending…';
    case 'refused':
      return 'Refused';
  }
}

/** What somebody wrote in it: it must not be lost by a refusal. */
export function deedWords(deed: Deed): string {
  switch (deed.kind) {
    case 'create':
      return [deed.task.title, deed.task.description ?? ''].filter(Boolean).join('\n\n');
    case 'answer':
      return deed.answers.map(({ answer }) => answer).join('\n');
    case 'comment':
      return deed.text;
    case 'cancel':
    case 'retry':
      return deed.reason ?? '';
  }
}
