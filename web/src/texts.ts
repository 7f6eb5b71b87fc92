/** Every text a person reads on the page. */
import type { Failure } from './api/client';
import type { EventType, PullRequestView, Status, TaskSummary } from './api/types';
import type { Connection, Refusal } from './store/connection';

export const texts = {
  product: 'Taskwire',
  loading: 'Loading…',
  logIn: {
    heading: 'Log in',
    explain: 'Open the login link you were given, or paste its token here.',
    label: 'Token',
    hint: 'It is kept in this browser only, until you log out.',
    empty: 'Paste a token first.',
    submit: 'Log in',
  },
  logOut: 'Log out',
  skip: 'Skip to the tasks',
  counts: 'Tasks by status',
  list: {
    heading: 'Tasks',
    empty: 'No tasks yet. Write the first one above.',
    more: 'Only the newest tasks are listed.',
    by: (name: string) => `by ${name}`,
  },
  create: {
    heading: 'New task',
    title: 'Title',
    description: 'Description',
    descriptionHint: 'Steps, what you expected and what happened: with them, fewer questions come back.',
    submit: 'Create task',
    pending: 'Creating…',
    done: (title: string) => `Created “${title}”.`,
  },
  detail: {
    close: 'Close',
    gone: 'This task does not exist, or you may not see it.',
    goneHeading: 'No such task',
    description: 'Description',
    noDescription: 'No description.',
    status: 'Status',
    repo: 'Repository',
    labels: 'Labels',
    visibleTo: 'Visible to',
    createdBy: 'Created by',
    issue: 'Issue',
    pullRequest: 'Pull request',
    error: 'Why it failed',
    number: (n: number) => `#${n}`,
    timeline: 'Timeline',
    earlier: (n: number) => (n === 1 ? '1 earlier entry is not shown.' : `${n} earlier entries are not shown.`),
  },
  answer: {
    heading: 'Questions',
    answer: 'The answer',
    suggestions: 'Suggestions',
    submit: 'Send answers',
    pending: 'Sending…',
    empty: 'Answer at least one question.',
    answeredBy: (name: string) => `answered by ${name}`,
  },
  progress: (current: number, total: number) => `${current} of ${total}`,
} as const;

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

const eventTexts: Record<EventType, string> = {
  created: 'Created',
  analyzing: 'Analysis started',
  clarification_needed: 'Questions asked',
  clarification_answered: 'Questions answered',
  dispatched: 'Filed as a GitHub issue',
  pr_opened: 'Pull request opened',
  pr_updated: 'Pull request updated',
  pr_review: 'Pull request reviewed',
  pr_merged: 'Pull request merged',
  pr_closed: 'Pull request closed',
  checks: 'Checks reported',
  comment: 'Comment',
  edited: 'Task edited',
  retried: 'Tried again',
  failed: 'Failed',
  cancelled: 'Cancelled',
  issue_filed: 'Issue filed',
  issue_closed: 'Issue closed',
  issue_reopened: 'Issue reopened',
};

/** A newer server may know entries that this page does not: their own word is shown. */
export function eventText(type: string): string {
  const known: Partial<Record<string, string>> = eventTexts;
  return known[type] ?? type;
}

export function pullRequestText(pullRequest: PullRequestView): string {
  const draft = pullRequest.draft && pullRequest.state === 'open';
  return `#${pullRequest.number} ${pullRequest.title} (${draft ? 'draft' : pullRequest.state})`;
}

export interface ConnectionText {
  /** One or two words. */
  state: string;
  /** What it means and what to do, when there is something to do. */
  advice?: string;
}

export function connectionText(connection: Connection): ConnectionText {
  switch (connection.kind) {
    case 'connecting':
      return { state: 'Connecting…' };
    case 'live':
      return connection.ending
        ? { state: 'Live', advice: 'Your login ends in a moment. Open a new login link to stay connected.' }
        : { state: 'Live' };
    case 'reconnecting':
      return { state: 'Reconnecting…', advice: 'What you see may be out of date. It catches up by itself.' };
    case 'refused':
      return { state: 'Not connected', advice: refusalText[connection.reason] };
  }
}

const refusalText: Record<Refusal | 'unknown', string> = {
  unauthenticated: 'The server does not accept your token. Log out, then log in with a new link.',
  token_expired: 'Your login has ended. Log out, then log in with a new link.',
  feature_disabled: 'Live updates are switched off for you. Ask whoever runs this server to let you in.',
  too_many_connections: 'You have too many connections open. Close other tabs of this page, then try again.',
  origin_not_allowed:
    'The server does not accept connections from this address. Open the page at the server’s own address, or have this one added to FRONTEND_URL.',
  unknown: 'The server refused the connection. Try again; if it stays so, ask whoever runs this server.',
};

export const tryAgain = 'Try again';

/** What to say about a call that failed. */
export function failureText(failure: Failure): string {
  if (failure.code === 'unreachable') {
    return failure.status === null
      ? 'The server cannot be reached. Your text is kept: try again in a moment.'
      : `Something between you and the server answered ${failure.status}. Your text is kept: try again in a moment.`;
  }
  return failure.status >= 500 ? `${failure.detail} (request ${failure.requestId})` : failure.detail;
}
