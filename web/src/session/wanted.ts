/** What each user of this browser wants to be told while they look elsewhere. */
import { noticeKinds, type NoticeKind } from '../store/notices';
import { cell, type Cell, type Observable } from '../store/observable';

export type Wanted = Readonly<Record<NoticeKind, boolean>>;

const known = new Map<string, Cell<Wanted>>();

/** What the user wants to be told. Nothing at first. */
export function wantedBy(user: string): Observable<Wanted> {
  return cellOf(user);
}

export function want(user: string, kind: NoticeKind, on: boolean): void {
  const wanted = cellOf(user);
  wanted.set({ ...wanted.get(), [kind]: on });
  try {
    window.localStorage.setItem(keyOf(user), JSON.stringify(noticeKinds.filter((each) => wanted.get()[each])));
  } catch {
    // They last as long as the page.
  }
}

function cellOf(user: string): Cell<Wanted> {
  const there = known.get(user) ?? cell(read(user));
  known.set(user, there);
  return there;
}

function read(user: string): Wanted {
  const on = kept(user);
  const wants = (kind: NoticeKind) => on.includes(kind);
  return { needsMe: wants('needsMe'), ready: wants('ready'), merged: wants('merged'), failed: wants('failed') };
}

function kept(user: string): readonly unknown[] {
  try {
    const found: unknown = JSON.parse(window.localStorage.getItem(keyOf(user)) ?? '[]');
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

function keyOf(user: string): string {
  return `taskwire.notifications.${user}`;
}
