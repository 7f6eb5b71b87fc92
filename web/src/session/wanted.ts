/** What each user of this browser wants to be told while they look elsewhere. */
import { noticeKinds, type NoticeKind } from '../store/notices';
import { cell, type Cell, type Observable } from '../store/observable';

export type Wanted = Readonly<Record<NoticeKind, boolean>>;

const none: Wanted = { needsMe: false, ready: false, merged: false, failed: false };
const formerKey = 'taskwire.notifications';
const known = new Map<string, Cell<Wanted>>();

/** What the user wants to be told. Nothing at first. */
export function wantedBy(user: string): Observable<Wanted> {
  return cellOf(user);
}

export function want(user: string, kind: NoticeKind, on: boolean): void {
  const wanted = cellOf(user);
  // Another tab may have changed it just now.
  wanted.set({ ...(kept(keyOf(user)) ?? wanted.get()), [kind]: on });
  keep(user, wanted.get());
}

function cellOf(user: string): Cell<Wanted> {
  const there = known.get(user);
  if (there) return there;
  const wanted = cell(kept(keyOf(user)) ?? takeOver(user) ?? none);
  known.set(user, wanted);
  window.addEventListener('storage', ({ key }) => {
    if (key === keyOf(user) || key === null) wanted.set(kept(keyOf(user)) ?? none);
  });
  return wanted;
}

/** What the browser was told before each user had a choice becomes that of the first who comes. */
function takeOver(user: string): Wanted | null {
  const found = kept(formerKey);
  if (!found) return null;
  keep(user, found);
  window.localStorage.removeItem(formerKey);
  return found;
}

function keep(user: string, wanted: Wanted): void {
  try {
    window.localStorage.setItem(keyOf(user), JSON.stringify(noticeKinds.filter((kind) => wanted[kind])));
  } catch {
    // They last as long as the page.
  }
}

/** What is kept; `null`: nothing, or it cannot be read. */
function kept(key: string): Wanted | null {
  try {
    const found: unknown = JSON.parse(window.localStorage.getItem(key) ?? 'null');
    if (!Array.isArray(found)) return null;
    const wants = (kind: NoticeKind) => found.includes(kind);
    return { needsMe: wants('needsMe'), ready: wants('ready'), merged: wants('merged'), failed: wants('failed') };
  } catch {
    return null;
  }
}

function keyOf(user: string): string {
  return `${formerKey}.${user}`;
}
