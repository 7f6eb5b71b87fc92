import { useEffect, type RefObject } from 'react';
import type { Wrong } from './taskRules';

/** Takes the reader to the first field that is wrong, whenever others become so. */
export function useFirstWrong(form: RefObject<HTMLFormElement | null>, wrong: Wrong): void {
  const names = Object.keys(wrong).sort().join(' ');
  useEffect(() => {
    if (names !== '') form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [form, names]);
}
