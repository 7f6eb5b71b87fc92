import { useEffect, useRef, type PointerEvent, type RefObject, type SyntheticEvent } from 'react';
import { headingOver } from './keepFocus';

interface Modal {
  ref: RefObject<HTMLDialogElement | null>;
  onCancel: (event: SyntheticEvent) => void;
  onPointerDown: (event: PointerEvent) => void;
  onClick: (event: SyntheticEvent) => void;
}

/**
 * What makes a `<dialog>` a modal one while it is rendered: it holds the focus and gives it back,
 * and Escape and the backdrop close it.
 */
export function useModal(onClose: () => void): Modal {
  const ref = useRef<HTMLDialogElement>(null);
  const pressed = useRef(false);

  useEffect(() => {
    const element = ref.current;
    const before = document.activeElement;
    const heading = before && headingOver(before);
    element?.showModal();
    // The browser would choose the first button, which closes.
    element?.querySelector<HTMLElement>('[data-first]')?.focus();
    return () => {
      element?.close();
      // What opened it may have gone with what was done.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      else heading?.focus({ preventScroll: true });
    };
  }, []);

  return {
    ref,
    onCancel: (event) => {
      event.preventDefault();
      onClose();
    },
    // The dialog itself, not what is in it, is the backdrop. A text selection that only ends there
    // is a click on it, too.
    onPointerDown: (event) => { pressed.current = event.target === ref.current; },
    onClick: (event) => {
      if (event.target === ref.current && pressed.current) onClose();
    },
  };
}
