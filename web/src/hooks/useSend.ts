import { useState } from 'react';
import type { Failure } from '../api/client';
import type { Outcome } from '../offline/outbox';

export interface Sending<Body> {
  pending: boolean;
  /** Why the last one was refused. */
  failure: Failure | null;
  /** Whether the last one is kept here until the server can be reached. */
  queued: boolean;
  /** Sends `body`; answers with what came of it, or `null` when there is a `failure` to show. */
  send: (body: Body) => Promise<Exclude<Outcome, { kind: 'refused' }> | null>;
}

/** Sends what a form holds, and says how it went. */
export function useSend<Body>(act: (body: Body) => Promise<Outcome>): Sending<Body> {
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [queued, setQueued] = useState(false);

  const send = async (body: Body) => {
    setPending(true);
    setQueued(false);
    const sent = await act(body);
    setPending(false);
    setQueued(sent.kind === 'queued');
    setFailure(sent.kind === 'refused' ? sent.failure : null);
    return sent.kind === 'refused' ? null : sent;
  };

  return { pending, failure, queued, send };
}
