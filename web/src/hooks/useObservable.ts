import { useSyncExternalStore } from 'react';
import type { Observable } from '../store/observable';

/** The observable's value, followed. */
export function useObservable<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.subscribe, observable.get);
}
