import { useEffect, useEffectEvent } from 'react';

/** What a key does, by its name: `c`, `?`, `Escape`, `g d` (one after the other), `mod+k`. */
export type Shortcuts = Partial<Record<string, () => void>>;

const sequenceMs = 1000;

/**
 * Keys for the whole page. Single keys do nothing while somebody types or a dialog is open, and none
 * takes a key that a control or the browser itself wants.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const find = useEffectEvent((name: string) => shortcuts[name]);

  useEffect(() => {
    let first: string | null = null;
    let forget: number | undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.repeat && event.key === 'Escape') return;
      const pressed = nameOf(event);
      if (pressed === null) return;
      const single = !pressed.startsWith('mod+');
      if (single && (isTyping(event.target) || document.querySelector('dialog[open]'))) return;
      const name = first === null ? pressed : `${first} ${pressed}`;
      window.clearTimeout(forget);
      first = null;
      const act = find(name) ?? find(pressed);
      if (act) {
        event.preventDefault();
        act();
      } else if (pressed === 'g') {
        first = pressed;
        forget = window.setTimeout(() => { first = null; }, sequenceMs);
      }
    };
    window.addEventListener('keydown', onKey);
    return () => {
      window.clearTimeout(forget);
      window.removeEventListener('keydown', onKey);
    };
  }, []);
}

function nameOf(event: KeyboardEvent): string | null {
  if (event.altKey) return null;
  if (event.metaKey || event.ctrlKey) return event.shiftKey ? null : `mod+${event.key.toLowerCase()}`;
  return event.key;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input, textarea, select, [role="menu"], [role="menu"] *');
}
