import { useRef, useState } from 'react';
import { newKey, type Failure, type Outcome } from '../api/client';

export interface Submission<Body, Result> {
  pending: boolean;
  failure: Failure | null;
  /** Sends `body`; answers with the result, or `null` when there is a `failure` to show. */
  submit: (body: Body) => Promise<Result | null>;
}

/** Sends a form. Sending the same text again after a failure is the same call to the server. */
export function useSubmission<Body, Result>(
  send: (body: Body, key: string) => Promise<Outcome<Result>>,
): Submission<Body, Result> {
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const last = useRef<{ text: string; key: string } | null>(null);

  const submit = async (body: Body) => {
    const text = JSON.stringify(body);
    if (last.current?.text !== text) last.current = { text, key: newKey() };
    setPending(true);
    const outcome = await send(body, last.current.key);
    setPending(false);
    setFailure(outcome.ok ? null : outcome.failure);
    if (!outcome.ok) return null;
    last.current = null;
    return outcome.value;
  };

  return { pending, failure, submit };
}
