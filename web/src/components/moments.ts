/** Times as people say them. */
const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });
const dayOfYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'narrow' });

const minute = 60_000;
const hour = 60 * minute;
const oneDay = 24 * hour;

export function absoluteTime(at: number): string {
  return absolute.format(at);
}

/** Short enough to be read beside other things. */
export function exactTime(at: number): string {
  return exact.format(at);
}

export function clockTime(at: number): string {
  return clock.format(at);
}

/** "now", "5 min. ago", "yesterday"; after a week the date. A clock that is ahead is not the future. */
export function relativeTime(at: number, now: number): string {
  const ago = Math.max(0, now - at);
  if (ago < 45_000) return relative.format(0, 'second');
  if (ago < hour) return relative.format(-Math.max(1, Math.round(ago / minute)), 'minute');
  if (ago < oneDay) return relative.format(-Math.floor(ago / hour), 'hour');
  if (ago < 7 * oneDay) return relative.format(-Math.floor(ago / oneDay), 'day');
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? day.format(at) : dayOfYear.format(at);
}

/** The day in the reader's own time zone, as a key to group by. */
export function dayKey(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

export function dayName(at: number, now: number, names: { today: string; yesterday: string }): string {
  if (dayKey(at) === dayKey(now)) return names.today;
  if (dayKey(at) === dayKey(now - oneDay)) return names.yesterday;
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? day.format(at) : dayOfYear.format(at);
}
