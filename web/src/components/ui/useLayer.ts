import { useState } from 'react';

interface Layer {
  /** A ref for what it belongs to. */
  anchor: (element: HTMLElement | null) => void;
  /** Where it goes. */
  container: HTMLElement | null;
}

/**
 * Where something that floats goes: into the dialog that its anchor is in, if there is one. All
 * that is outside a modal dialog is under it, and cannot be used.
 */
export function useLayer(): Layer {
  const [element, setElement] = useState<HTMLElement | null>(null);
  return { anchor: setElement, container: element?.closest('dialog') ?? null };
}
