/** A value that tells its listeners when it becomes another one. */
export interface Observable<T> {
  get: () => T;
  /** Calls `listener` after every change; returns the undo. */
  subscribe: (listener: () => void) => () => void;
}

export interface Cell<T> extends Observable<T> {
  set: (value: T) => void;
}

export function cell<T>(initial: T): Cell<T> {
  const listeners = new Set<() => void>();
  let current = initial;
  return {
    get: () => current,
    set: (value) => {
      if (Object.is(value, current)) return;
      current = value;
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
