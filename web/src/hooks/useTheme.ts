import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';

const key = 'taskwire.theme';
const listeners = new Set<() => void>();
let theme: Theme = read();
apply();

/** The chosen theme, kept in this browser. The stylesheet does the rest, by `data-theme`. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(listen, () => theme), choose];
}

function choose(chosen: Theme): void {
  theme = chosen;
  try {
    if (chosen === 'system') window.localStorage.removeItem(key);
    else window.localStorage.setItem(key, chosen);
  } catch {
    // Storage is switched off: the theme lives as long as the page.
  }
  apply();
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function apply(): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset.theme;
  else dataset.theme = theme;
}

function read(): Theme {
  try {
    const kept = window.localStorage.getItem(key);
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  } catch {
    return 'system';
  }
}
