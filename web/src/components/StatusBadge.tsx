import type { Status } from '../api/types';
import { statusText } from '../texts';

export function StatusBadge({ status }: { status: Status }) {
  return (
    <span className={`badge badge-${status}`}>
      <span className="dot" aria-hidden="true" />
      {statusText[status]}
    </span>
  );
}
