import { useRef, useState } from 'react';
import { newKey, type Outcome } from '../api/client';
import type { Problem } from '../api/types';

export interface Submission<Body, Result> {
  pending: boolean;
  problem: Problem | null;
  /** Sends `body`; answers with the result, or `null` when there is a `problem` to show. */
  submit: (body: Body) => Promise<Result | null>;
}

/** Sends a form. Sending the same text again after a failure is the same call to the server. */
export function useSubmission<Body, Result>(
  send: (body: Body, key: string) => Promise<Outcome<Result>>,
): Submission<Body, Result> {
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const last = useRef<{ text: string; key: string } | null>(null);

  const submit = async (body: Body) => {
    const text = JSON.stringify(body);
    if (last.current?.text !== text) last.current = { text, key: newKey() };
    setPending(true);
    const outcome = await send(body, last.current.key);
    setPending(false);
    setProblem(outcome.ok ? null : outcome.problem);
    if (!outcome.ok) return null;
    last.current = null;
    return outcome.value;
  };

  return { pending, problem, submit };
}
