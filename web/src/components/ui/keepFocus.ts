/** The nearest heading over an element, of those that take the focus. */
export function headingOver(element: Element): HTMLElement | null {
  for (let section = element.closest('section'); section; section = section.parentElement?.closest('section') ?? null) {
    const heading = document.getElementById(section.getAttribute('aria-labelledby') ?? '');
    if (heading?.hasAttribute('tabindex')) return heading;
  }
  return null;
}

/** A ref for what goes away as it is used: the heading over it has the focus then, or nothing would. */
export function leaveFocus(element: HTMLElement | null): () => void {
  return () => {
    if (element && document.activeElement === element) headingOver(element)?.focus({ preventScroll: true });
  };
}
