import { useSyncExternalStore } from 'react';

const everyMs = 10_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: number | undefined;

/** The time in milliseconds, in steps of ten seconds: one clock for every relative time on the page. */
export function useNow(): number {
  return useSyncExternalStore(listen, () => now);
}

function listen(listener: () => void): () => void {
  if (listeners.size === 0) {
    now = Date.now();
    timer = window.setInterval(tick, everyMs);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.clearInterval(timer);
  };
}

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}
