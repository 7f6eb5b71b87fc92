import type { Freshness } from '../store/freshness';
import { useObservable } from './useObservable';
import { useWorkspace } from './useWorkspace';

/** How far what the page shows can be trusted to be the newest. */
export function useFreshness(): Freshness {
  return useObservable(useWorkspace().freshness);
}
