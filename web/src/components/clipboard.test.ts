import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { copy } from './clipboard';
import { toasts } from './toasts';

const taken: string[] = [];

/** A browser whose old way of copying works, or does not. */
function browser(works: boolean) {
  Object.assign(document, {
    execCommand: () => {
      const field = document.activeElement;
      if (works && field instanceof HTMLTextAreaElement) taken.push(field.value.slice(field.selectionStart, field.selectionEnd));
      return works;
    },
  });
}

const said = () => toasts.get().at(-1)?.text;

beforeEach(() => {
  taken.length = 0;
  toasts.set([]);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('copying', () => {
  it('uses the clipboard, and says that it worked', async () => {
    vi.stubGlobal('navigator', { clipboard: { writeText: (text: string) => { taken.push(text); return Promise.resolve(); } } });
    await copy('the link', 'Copied.');
    expect(taken).toEqual(['the link']);
    expect(said()).toBe('Copied.');
  });

  it('works on plain HTTP, where there is no clipboard, and leaves the focus where it was', async () => {
    vi.stubGlobal('navigator', {});
    browser(true);
    const button = document.createElement('button');
    document.body.append(button);
    button.focus();
    await copy('the link', 'Copied.');
    expect(taken).toEqual(['the link']);
    expect(said()).toBe('Copied.');
    expect(document.activeElement).toBe(button);
    expect(document.querySelector('textarea')).toBeNull();
  });

  it('shows the text when it cannot copy it', async () => {
    vi.stubGlobal('navigator', {});
    browser(false);
    await copy('the link', 'Copied.');
    expect(said()).toContain('the link');
  });
});
