/** What jsdom does not have. */
import 'fake-indexeddb/auto';
import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

// A busy machine is slow, not broken.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 10_000 });

afterEach(() => {
  cleanup();
  window.localStorage.clear();
});

class NoObserver {
  observe = () => undefined;
  unobserve = () => undefined;
  disconnect = () => undefined;
}

Object.assign(window, {
  ResizeObserver: NoObserver,
  matchMedia: (media: string) => Object.assign(new EventTarget(), { matches: false, media }),
  CSS: { escape: (text: string) => text.replace(/[^\w-]/g, '\\$&') },
});
Object.assign(Element.prototype, {
  scrollIntoView: () => undefined,
  scrollTo: () => undefined,
  scrollBy(this: Element, { top = 0 }: ScrollToOptions) {
    this.scrollTop += top;
  },
  hasPointerCapture: () => false,
});
Object.assign(HTMLDialogElement.prototype, {
  showModal(this: HTMLDialogElement) {
    this.setAttribute('open', '');
  },
  close(this: HTMLDialogElement) {
    this.removeAttribute('open');
  },
});
// A long list shows what there is room for.
Object.defineProperty(HTMLElement.prototype, 'clientHeight', { get: () => 800 });
Object.defineProperty(HTMLElement.prototype, 'clientWidth', { get: () => 800 });
