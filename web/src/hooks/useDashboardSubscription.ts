import { useQuery } from '@tanstack/react-query';
import { overviewKey } from '../session/workspace';
import { emptyOverview, type Overview } from '../store/overview';

/** Counts, last activity and last completed work over all that the user may see, live. */
export function useDashboardSubscription(): Overview {
  return useQuery<Overview>({ queryKey: overviewKey }).data ?? emptyOverview;
}
