/** Answers of the server as queries need them: a value, or thrown. */
import { pause } from '../store/backoff';
import type { Answer, Failure } from './client';

/** A call failed; the query that made it is failed by it. */
export class CallFailed extends Error {
  constructor(readonly failure: Failure) {
    super(failure.code);
  }
}

/** The value of a call that was answered; throws `CallFailed` for one that was not. */
export function good<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new CallFailed(answer.failure);
  return answer.value;
}

/** Why something failed that may have thrown `CallFailed`. */
export function failureOf(error: unknown): Failure {
  return error instanceof CallFailed ? error.failure : { code: 'unreachable', status: null };
}

/** Whether nothing but time is needed for another answer. */
export function isPassing(failure: Failure): boolean {
  return failure.code === 'unreachable' || failure.status >= 500 || failure.status === 429;
}

/** The pause after `failures` in a row: what the server asks for, else one of chance. */
export function patience(failure: Failure, failures: number, random = Math.random()): number {
  return ('retryAfterMs' in failure ? failure.retryAfterMs : undefined) ?? pause(failures, random);
}
