import type { Counts } from '../api/types';
import { statuses } from '../store/dashboard';
import { texts } from '../texts';
import { StatusBadge } from './StatusBadge';

export function StatusCounts({ counts }: { counts: Counts }) {
  return (
    <ul className="counts" aria-label={texts.counts}>
      {statuses.map((status) => (
        <li key={status} data-status={status}>
          <StatusBadge status={status} /> <b>{counts[status]}</b>
        </li>
      ))}
    </ul>
  );
}
