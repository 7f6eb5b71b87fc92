/** Which rows changed a moment ago. */
import { cell, type Observable } from '../store/observable';

export interface Marks {
  /** The rows, each with the number of its change. */
  recent: Observable<ReadonlyMap<string, number>>;
  mark: (taskIds: readonly string[]) => void;
  stop: () => void;
}

/** How long a row counts as just changed. */
const markMs = 2500;

export function createMarks(): Marks {
  const recent = cell<ReadonlyMap<string, number>>(new Map());
  const markedAt = new Map<number, number>();
  let changes = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const mark = (taskIds: readonly string[]) => {
    changes += 1;
    const marks = new Map(recent.get());
    for (const taskId of taskIds) marks.set(taskId, changes);
    recent.set(marks);
    markedAt.set(changes, Date.now());
    timer ??= setTimeout(unmark, markMs);
  };
  const unmark = () => {
    timer = undefined;
    const old = Date.now() - markMs;
    const marks = [...recent.get()].filter(([, number]) => (markedAt.get(number) ?? 0) > old);
    const kept = new Set(marks.map(([, number]) => number));
    for (const number of markedAt.keys()) if (!kept.has(number)) markedAt.delete(number);
    recent.set(new Map(marks));
    if (marks.length > 0) timer = setTimeout(unmark, markMs / 5);
  };

  return { recent, mark, stop: () => { clearTimeout(timer); } };
}
