/** What a list shows and in which order, and how that is written in an address. */
import type { Status, TaskSummary } from '../api/types';
import { isStatus, statuses } from './status';

export const sorts = ['-createdAt', '-updatedAt'] as const;
export type Sort = (typeof sorts)[number];

export interface Filters {
  /** Empty: every status. */
  status: readonly Status[];
  /** Words, each of which must be in the title or the description. */
  q: string;
  /** A user's id. */
  creator: string | null;
  repo: string | null;
  team: string | null;
  label: string | null;
  sort: Sort;
}

/** Everything, newest first: rows do not move when a task changes. */
export const noFilters: Filters = {
  status: [],
  q: '',
  creator: null,
  repo: null,
  team: null,
  label: null,
  sort: '-createdAt',
};

/** The tasks that wait for an answer of the user who asked for them. Others may answer, but need not. */
export function needing(me: string): Filters {
  return { ...noFilters, status: ['clarification_needed'], creator: me };
}

/** The filters of an address; what it does not name, or names wrongly, is not filtered by. */
export function filtersFrom(address: URLSearchParams): Filters {
  const word = (name: string) => {
    const said = address.get(name)?.trim();
    return said === undefined || said === '' ? null : said;
  };
  const named = new Set(address.getAll('status').filter(isStatus));
  return {
    status: statuses.filter((status) => named.has(status)),
    q: address.get('q')?.trim() ?? '',
    creator: word('creator'),
    repo: word('repo'),
    team: word('team'),
    label: word('label'),
    sort: address.get('sort') === '-updatedAt' ? '-updatedAt' : '-createdAt',
  };
}

/** The filters as an address says them; the inverse of `filtersFrom`. */
export function addressOf(filters: Filters): URLSearchParams {
  const address = serverQuery(filters);
  address.delete('sort');
  if (filters.label !== null) address.set('label', filters.label);
  if (filters.sort !== noFilters.sort) address.set('sort', filters.sort);
  return address;
}

/** What the server can filter by. It knows no labels: those are picked here. */
export function serverQuery(filters: Filters): URLSearchParams {
  const query = new URLSearchParams();
  for (const status of statuses) if (filters.status.includes(status)) query.append('status', status);
  if (filters.q.trim()) query.set('q', filters.q.trim());
  for (const name of ['creator', 'repo', 'team'] as const) {
    const wanted = filters[name];
    if (wanted !== null) query.set(name, wanted);
  }
  query.set('sort', filters.sort);
  return query;
}

export function isFiltered(filters: Filters): boolean {
  return addressOf({ ...filters, sort: noFilters.sort }).size > 0;
}

/** Whether both let the same tasks through. */
export function isSame(one: Filters, other: Filters): boolean {
  return addressOf({ ...one, sort: noFilters.sort }).toString() === addressOf({ ...other, sort: noFilters.sort }).toString();
}

/** Whether a task belongs in the list. A row has no description: by words, only the server is sure. */
export type Verdict = 'in' | 'out' | 'unsure';

export function verdict(filters: Filters, row: TaskSummary): Verdict {
  const { status, creator, repo, team, label, q } = filters;
  if (status.length > 0 && !status.includes(row.status)) return 'out';
  if (creator !== null && row.creator.id !== creator) return 'out';
  if (repo !== null && row.repo?.toLowerCase() !== repo.toLowerCase()) return 'out';
  if (team !== null && row.team !== team) return 'out';
  if (label !== null && !row.labels.includes(label)) return 'out';
  const title = row.title.toLowerCase();
  const words = q.toLowerCase().split(/\s+/);
  return words.every((word) => title.includes(word)) ? 'in' : 'unsure';
}

/** Orders rows as the server does. */
export function inOrder(sort: Sort): (a: TaskSummary, b: TaskSummary) => number {
  const field = sort === '-createdAt' ? 'createdAt' : 'updatedAt';
  return (a, b) => compare(b[field], a[field]) || compare(b.taskId, a.taskId);
}

// Times and ids are ASCII of equal length: comparing code units is right, and fast.
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
