import type { Connection } from '../store/connection';
import { connectionText, tryAgain } from '../texts';

interface ConnectionStatusProps {
  connection: Connection;
  onRetry: () => void;
}

/** How the page is connected, in a dot and words, and what to do when it is not. */
export function ConnectionStatus({ connection, onRetry }: ConnectionStatusProps) {
  const { state, advice } = connectionText(connection);
  return (
    <div className={`connection connection-${connection.kind}`}>
      <p role="status">
        <span className="dot" aria-hidden="true" />
        <strong>{state}</strong>
        {advice !== undefined && <span className="advice"> {advice}</span>}
      </p>
      {connection.kind === 'refused' && (
        <button type="button" onClick={onRetry}>
          {tryAgain}
        </button>
      )}
    </div>
  );
}
