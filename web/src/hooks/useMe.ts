import { useQuery } from '@tanstack/react-query';
import type { Features, Me } from '../api/types';
import { featuresKey, meKey } from '../session/workspace';

/** Who the server says the user is; `null` until it did. */
export function useMe(): Me | null {
  return useQuery<Me>({ queryKey: meKey }).data ?? null;
}

/** What the user may use; `null` until the server said. Followed without a reload. */
export function useFeatures(): Features | null {
  return useQuery<Features>({ queryKey: featuresKey }).data ?? null;
}
