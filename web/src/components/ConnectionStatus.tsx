import { useSyncExternalStore } from 'react';
import { useSteady } from '../hooks/useSteady';
import { useWebSocket } from '../hooks/useWebSocket';
import { isForGood, type Connection } from '../store/connection';
import { connectionText, texts } from '../texts';
import { Button } from './ui/Button';
import { classes } from './ui/classes';
import { Tooltip } from './ui/Tooltip';

const dots: Record<Connection['state'], string> = {
  connected: 'bg-[var(--dot-connected)]',
  connecting: 'bg-[var(--dot-connecting)] dot-pulse',
  disconnected: 'bg-[var(--dot-disconnected)]',
  error: 'bg-[var(--dot-error)]',
};

/** How the page is connected: a dot, its meaning on hover or focus, and what to do when it failed. */
export function ConnectionStatus() {
  const { connection: actual, reconnect } = useWebSocket();
  const connection = useSteady(actual, isLoss);
  const seconds = useSecondsUntil(connection.retryAt);
  const { state, advice } = connectionText(connection, seconds);
  return (
    <span className="inline-flex items-center gap-1.5">
      <Tooltip
        text={
          <>
            <strong className="font-medium">{state}.</strong> {advice}
          </>
        }
      >
        <button
          type="button"
          aria-label={`${state}. ${advice}`}
          className="inline-flex size-8 items-center justify-center rounded-md hover:bg-hover pointer-coarse:size-11"
        >
          <span data-connection={connection.state} className={classes('block size-2 rounded-full', dots[connection.state])} />
        </button>
      </Tooltip>
      <span role="status" className="sr-only">
        {state}
      </span>
      {connection.state === 'error' && (
        <Button size="small" onClick={reconnect}>
          {texts.retry}
        </Button>
      )}
    </span>
  );
}

/** A refusal for good is no loss that may be over in a moment. */
function isLoss(shown: Connection, actual: Connection): boolean {
  const isFinal = actual.state === 'error' && isForGood(actual.code);
  return shown.state === 'connected' && actual.state !== 'connected' && !isFinal;
}

function useSecondsUntil(moment: number | null): number | null {
  return useSyncExternalStore(moment === null ? never : everySecond, () =>
    moment === null ? null : Math.max(0, Math.ceil((moment - Date.now()) / 1000)));
}

function everySecond(listener: () => void): () => void {
  const tick = window.setInterval(listener, 1000);
  return () => { window.clearInterval(tick); };
}

function never(): () => void {
  return () => undefined;
}
