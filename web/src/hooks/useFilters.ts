import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { addressOf, filtersFrom, noFilters, type Filters } from '../store/filters';

export interface FiltersValue {
  filters: Filters;
  /** How many are set, the text not counted. */
  count: number;
  /** Changes some and keeps the others. Typing replaces the entry in the browser's history. */
  change: (changes: Partial<Filters>) => void;
}

/** What the list is narrowed to. It lives in the address, so that it can be shared and reloaded. */
export function useFilters(): FiltersValue {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  const filters = useMemo(() => filtersFrom(new URLSearchParams(text)), [text]);

  const change = useCallback(
    (changes: Partial<Filters>) => {
      setSearch((before) => withFilters(before, changes), { replace: 'q' in changes });
    },
    [setSearch],
  );

  const count = addressOf({ ...filters, q: '', sort: noFilters.sort }).size;
  return { filters, count, change };
}

/** The address's search with other filters; whatever else it says stays. */
export function withFilters(search: URLSearchParams, changes: Partial<Filters>): URLSearchParams {
  const next = addressOf({ ...filtersFrom(search), ...changes });
  const view = search.get('view');
  if (view !== null) next.set('view', view);
  return next;
}
