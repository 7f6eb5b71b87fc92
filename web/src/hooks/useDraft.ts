import { useCallback, useState } from 'react';
import { currentToken, onTokenChange, userOf } from '../session/token';

/** What is being written, by the names of its fields. */
type Draft = Partial<Record<string, string>>;

export interface DraftValue {
  draft: Draft;
  write: (changes: Draft) => void;
  discard: () => void;
}

const prefix = 'taskwire.draft.';

onTokenChange(() => {
  if (currentToken() === null) forgetDrafts();
});

/** A text that is not sent yet, kept in this browser until it is, or until its writer logs out. */
export function useDraft(name: string): DraftValue {
  const key = `${prefix}${userOf(currentToken() ?? '') ?? ''}.${name}`;
  const [draft, setDraft] = useState(() => read(key));

  const write = useCallback(
    (changes: Draft) => {
      setDraft((before) => {
        const next = { ...before, ...changes };
        keep(key, next);
        return next;
      });
    },
    [key],
  );
  const discard = useCallback(() => {
    keep(key, {});
    setDraft({});
  }, [key]);

  return { draft, write, discard };
}

function keep(key: string, draft: Draft): void {
  try {
    if (Object.values(draft).some(Boolean)) window.localStorage.setItem(key, JSON.stringify(draft));
    else window.localStorage.removeItem(key);
  } catch {
    // Storage is switched off or full: the text lives as long as the page.
  }
}

function read(key: string): Draft {
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(key) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return {};
    return Object.fromEntries(Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return {};
  }
}

function forgetDrafts(): void {
  try {
    const names = Array.from({ length: window.localStorage.length }, (_, place) => window.localStorage.key(place));
    for (const name of names) if (name?.startsWith(prefix)) window.localStorage.removeItem(name);
  } catch {
    // Nothing was kept.
  }
}
