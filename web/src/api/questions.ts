/** Asks about what the page is unsure of: all of it at once, not more often than is worth it. */
import { isPassing, patience } from './answers';
import type { Failure } from './client';

export interface Questions {
  /** There is something to ask. */
  raise: () => void;
  stop: () => void;
}

interface QuestionsOptions {
  /** The server is asked at most this often, and less while it does not answer. */
  everyMs: number;
  ask: () => Promise<Failure | null>;
  /** Whether something is left to ask. */
  isLeft: () => boolean;
}

export function createQuestions({ everyMs, ask, isLeft }: QuestionsOptions): Questions {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let stopped = false;

  // While they are being asked the timer stands: what is raised meanwhile waits, too.
  const plan = (wait: number) => {
    timer ??= setTimeout(() => void put(), wait);
  };
  const put = async () => {
    const failure = await ask();
    timer = undefined;
    if (isStopped()) return;
    failures = failure ? failures + 1 : 0;
    // What time alone does not mend comes with a new connection, and the lists with it.
    if (failure && !isPassing(failure)) return;
    if (isLeft()) plan(failure ? Math.max(everyMs, patience(failure, failures)) : everyMs);
  };
  const isStopped = () => stopped;

  return {
    raise: () => { plan(everyMs); },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
