/** Every text a person reads on the page. */
import type { Failure } from './api/client';
import type { ActorKind, Checks, EventType, PullRequestView, Review, Status, TaskEventView, TaskSummary, Visibility } from './api/types';
import type { Connection } from './store/connection';
import type { FreshnessKind } from './store/freshness';
import type { Deed } from './store/outbox';

export const texts = {
  product: 'Taskwire',
  demo: 'Simulated GitHub',
  demoHint: 'This server runs in demo mode: issues, pull requests and webhooks come from a GitHub simulated inside it.',
  close: 'Close',
  back: 'Back',
  cancel: 'Cancel',
  menu: 'Menu',
  skip: 'Skip to the tasks',
  tryAgain: 'Try again',
  retry: 'Retry',
  reload: 'Reload the page',
  loading: 'Loading…',
  title: (needsYou: number) => (needsYou > 0 ? `(${needsYou} need you) Taskwire` : 'Taskwire'),
  taskTitle: (title: string, needsYou: number) => `${needsYou > 0 ? `(${needsYou} need you) ` : ''}${title} · Taskwire`,
  broken: {
    title: 'This part of the page broke',
    advice: 'Your tasks are safe on the server. Reload the page; if it happens again, tell whoever runs this server what you did.',
  },
  logIn: {
    heading: 'Log in',
    explain: 'Open the login link you were given, or paste its token here.',
    label: 'Token',
    hint: 'It is kept in this browser only, until you log out.',
    empty: 'Paste a token first.',
    noToken: 'This is no token. Copy the whole link, or all of what stands behind “token=” in it.',
    submit: 'Log in',
    tagline: 'Write down what is wrong, and watch it being mended.',
  },
  loginEnding: (time: string) =>
    `Your login ends at ${time}. Open a new login link in this tab to go on; what you write is kept.`,
  user: {
    menu: (name: string) => `${name}: account and settings`,
    roles: (roles: readonly string[], teams: readonly string[]) =>
      [roles.join(', '), teams.length > 0 ? `team ${teams.join(', ')}` : ''].filter(Boolean).join(' · '),
    theme: 'Theme',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
    become: (name: string) => `Continue as ${name}`,
    shortcuts: 'Keyboard shortcuts',
    notifications: 'Notifications…',
    logOut: 'Log out',
  },
  nav: {
    label: 'Main',
    list: 'Tasks',
    board: 'Board',
    needsYou: 'Needs you',
    byStatus: 'By status',
    open: 'Open',
    lastCompleted: 'Last completed',
    nothingCompleted: 'Nothing yet',
    lastActivity: 'Last activity',
    newTask: 'New task',
    search: 'Search and commands',
    countOf: (text: string, count: number) => `${text}: ${count}`,
  },
  list: {
    heading: 'Tasks',
    label: 'Tasks',
    loaded: (count: number, more: boolean) => `${count}${more ? '+' : ''}`,
    empty: 'No tasks yet',
    emptyAdvice: 'Describe what is wrong or missing. Taskwire asks when something is unclear, files the issue, and shows you every step.',
    noMatch: 'No task matches',
    noMatchAdvice: 'Nothing you may see matches all of these filters.',
    clear: 'Clear all filters',
    loadingMore: 'Loading more…',
    failed: 'The tasks could not be loaded',
    by: (name: string) => `by ${name}`,
    pending: 'Waiting to be sent',
    end: (count: number) => (count === 1 ? 'That is the only one.' : `That is all ${count} of them.`),
    changed: (count: number) => (count === 1 ? 'One task changed.' : `${count} tasks changed.`),
  },
  filters: {
    search: 'Search tasks',
    searchHint: 'Search title and description',
    open: 'Filter',
    heading: 'Filter the tasks',
    status: 'Status',
    creator: 'Creator',
    repo: 'Repository',
    team: 'Team',
    label: 'Label',
    anyone: 'id, as in alice',
    clear: 'Clear all',
    remove: (name: string, value: string) => `Remove filter ${name}: ${value}`,
    active: 'Active filters',
    q: 'Text',
  },
  board: {
    heading: 'Board',
    empty: 'Nothing here',
    column: (status: string, count: number) => `${status}, ${count}`,
  },
  create: {
    heading: 'New task',
    title: 'Title',
    titlePlaceholder: 'What is wrong, or what is missing?',
    description: 'Description',
    descriptionHint: 'Steps, what you expected and what happened: with them, fewer questions come back. Markdown works.',
    repo: 'Repository',
    repoHint: 'owner/name. Left empty, it goes where tasks go by default.',
    labels: 'Labels',
    labelsHint: 'Separated by commas.',
    visibility: 'Visible to',
    team: 'Team',
    noTeam: 'No team',
    chooseTeam: 'Choose a team',
    more: 'Repository, labels, who sees it',
    submit: 'Create task',
    pending: 'Creating…',
    draft: 'What you write is kept here until you create it.',
    discard: 'Discard draft',
    done: (title: string) => `Created “${title}”.`,
    queued: (title: string) => `“${title}” is kept and will be created when you are back online.`,
    open: 'Open it',
  },
  edit: {
    heading: 'Edit task',
    submit: 'Save changes',
    pending: 'Saving…',
    hint: 'The GitHub issue is not edited.',
    nothing: 'Nothing is different yet.',
    conflict: 'Somebody else changed this task while you were writing',
    conflictAdvice: 'Your text is kept. Compare it with the task as it is now, then save yours over it, or take theirs.',
    theirs: (name: string) => `${name}, as it is now`,
    keepMine: 'Save mine over it',
    takeTheirs: 'Take theirs',
  },
  detail: {
    gone: 'This task does not exist, or you may not see it.',
    goneHeading: 'No such task',
    failed: 'The task could not be loaded',
    description: 'Description',
    noDescription: 'No description.',
    facts: 'Facts',
    status: 'Status',
    repo: 'Repository',
    labels: 'Labels',
    visibleTo: 'Visible to',
    createdBy: 'Created by',
    created: 'Created',
    updated: 'Updated',
    issue: 'Issue',
    pullRequest: 'Pull request',
    review: 'Review',
    checks: 'Checks',
    commit: 'Merge commit',
    number: (n: number) => `#${n}`,
    newTab: '(opens in a new tab)',
    failure: 'Why it failed',
    edit: 'Edit',
    cancelTask: 'Cancel task',
    retry: 'Retry',
    actions: 'More actions',
    copyLink: 'Copy link',
    copied: 'Link copied.',
    close: 'Close the task',
    nowStatus: (title: string, status: string) => `${title}: ${status}`,
  },
  confirm: {
    cancelHeading: 'Cancel this task?',
    cancelAdvice: 'Work on it stops, and its issue is closed as not planned. It can be retried later.',
    cancelSubmit: 'Cancel the task',
    keep: 'Keep it',
    retryHeading: 'Retry this task',
    retryAdvice: 'It goes on where it can: with its pull request, its issue, or a new analysis.',
    retrySubmit: 'Retry',
    reason: 'Reason (optional)',
    pending: 'Sending…',
  },
  timeline: {
    heading: 'Timeline',
    older: 'Show earlier entries',
    loadingOlder: 'Loading earlier entries…',
    today: 'Today',
    yesterday: 'Yesterday',
    unseen: (n: number) => `${n} new`,
    jump: (n: number) => (n === 1 ? 'Go to the new entry' : `Go to the ${n} new entries`),
    link: (n: number) => `Link to entry ${n}`,
    on: 'on GitHub',
  },
  comment: {
    label: 'Comment',
    placeholder: 'Write a comment…',
    submit: 'Comment',
    pending: 'Sending…',
    hint: 'Markdown works.',
    empty: 'Write something first.',
    queued: 'Kept: it will be sent when you are back online.',
  },
  answer: {
    heading: 'This needs an answer',
    headingMany: (n: number) => `This needs ${n} answers`,
    explain: 'Work goes on as soon as every question is answered.',
    answer: 'The answer',
    suggestions: 'Suggestions',
    placeholder: 'Your answer, or choose one above',
    placeholderFree: 'Your answer',
    submit: 'Send answers',
    submitOne: 'Send answer',
    pending: 'Sending…',
    empty: 'Answer at least one question.',
    answered: 'Questions and answers',
    answeredBy: (name: string) => `answered by ${name}`,
    queued: 'Kept: it will be sent when you are back online.',
  },
  progress: {
    label: 'Progress',
    of: (current: number, total: number) => `${current} of ${total}`,
    items: (n: number) => (n === 1 ? '1 found' : `${n} found`),
  },
  outbox: {
    heading: 'Waiting to be sent',
    button: (n: number) => (n === 1 ? '1 change waiting' : `${n} changes waiting`),
    refused: (n: number) => (n === 1 ? '1 change refused' : `${n} changes refused`),
    explain: 'These are kept in this browser and are sent in this order as soon as the server can be reached. Each is done once.',
    empty: 'Everything has been sent.',
    remove: 'Do not send',
    dismiss: 'Dismiss',
    sending: 'Sending…',
    waiting: 'Waiting',
    refusedBecause: 'Refused',
    kept: 'Your text',
  },
  notifications: {
    heading: 'Notifications',
    explain: 'This browser tells you about your own tasks while you look elsewhere, as long as Taskwire is open in a tab.',
    blocked: 'This browser blocks notifications for this page. Allow them in its settings for this site, then come back.',
    unsupported: 'This browser has no notifications here: the page must be on HTTPS.',
    kinds: {
      needsMe: 'It needs my answer',
      ready: 'Its pull request is ready for review',
      merged: 'It is merged',
      failed: 'It failed',
    },
    said: {
      needsMe: 'This task needs your answer.',
      ready: 'A pull request is ready for review.',
      merged: 'This task is merged.',
      failed: 'This task failed.',
    },
  },
  offline: {
    title: 'You are offline',
    advice: 'You see the last state this browser has. What you write is kept and sent when you are back.',
    since: (time: string) => `Last state from ${time}.`,
    unreachable: 'The server cannot be reached',
  },
  shortcuts: {
    heading: 'Keyboard shortcuts',
    then: 'then',
    or: 'or',
    groups: { anywhere: 'Anywhere', list: 'In the list', writing: 'While writing' },
    create: 'New task',
    search: 'Search the tasks',
    palette: 'Search and commands',
    help: 'This list',
    down: 'Next task',
    up: 'Previous task',
    open: 'Open the task',
    list: 'Go to the tasks',
    board: 'Go to the board',
    escape: 'Close, or go back',
    send: 'Send',
  },
  palette: {
    heading: 'Search and commands',
    short: 'Search…',
    placeholder: 'Search tasks or type a command…',
    commands: 'Commands',
    tasks: 'Tasks',
    none: 'Nothing found.',
    searchAll: (q: string) => `Search all tasks for “${q}”`,
    show: (status: string) => `Show ${status}`,
    theme: (name: string) => `Theme: ${name}`,
  },
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

const adviceFor: Partial<Record<string, string>> = {
  unauthenticated: 'Log out, then log in with a new link.',
  token_expired: 'Log in with a new link.',
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
  unauthenticated: 'The server does not accept your token. Log out, then log in with a new link',
  token_expired: 'Your login has ended. Log in with a new link',
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
  stale: 'What you see may be out of date. It catches up by itself.',
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
