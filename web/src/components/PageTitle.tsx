import { useDashboardSubscription } from '../hooks/useDashboardSubscription';
import { texts } from '../texts';

/** The tab says how many tasks wait for an answer. */
export function PageTitle() {
  const { counts } = useDashboardSubscription();
  return <title>{texts.title(counts.clarification_needed)}</title>;
}
