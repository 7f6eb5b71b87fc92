import { useQuery } from '@tanstack/react-query';
import { overviewKey } from '../session/workspace';
import { emptyOverview, type Overview } from '../store/overview';

/** Counts, last activity and last completed work over all that the user may see, live. */
export function useDashboardSubscription(): Overview {
  return useQuery<Overview>({ queryKey: overviewKey }).data ?? emptyOverview;
}

type Counted = Pick<Overview, 'loaded' | 'counts' | 'openCount'>;

/** Only the counts: they change less often than anything is done. */
export function useCounts(): Counted {
  return useQuery<Overview, Error, Counted>({ queryKey: overviewKey, select: countsOf, structuralSharing: true }).data ?? emptyOverview;
}

function countsOf({ loaded, counts, openCount }: Overview): Counted {
  return { loaded, counts, openCount };
}
