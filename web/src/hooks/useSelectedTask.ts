import { useSyncExternalStore } from 'react';

const changed = 'taskwire:selected';

/** The task the page shows in detail, kept in the address (`?task=ID`). */
export function useSelectedTask(): [string | null, (taskId: string | null) => void] {
  return [useSyncExternalStore(onAddressChange, selected), select];
}

function selected(): string | null {
  return new URLSearchParams(window.location.search).get('task');
}

function select(taskId: string | null): void {
  const url = new URL(window.location.href);
  if (taskId === null) url.searchParams.delete('task');
  else url.searchParams.set('task', taskId);
  window.history.pushState(null, '', url);
  window.dispatchEvent(new Event(changed));
}

function onAddressChange(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  window.addEventListener(changed, listener);
  return () => {
    window.removeEventListener('popstate', listener);
    window.removeEventListener(changed, listener);
  };
}
