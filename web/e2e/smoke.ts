/** What every browser is asked for, and how it is driven where Playwright cannot. */
import type { TestInfo } from '@playwright/test';
import { expect } from './page';
import type { Server } from './server';

export interface Browser {
  goto: (url: string) => Promise<void>;
  /** What an expression comes to in the page. */
  evaluate: (expression: string) => Promise<unknown>;
  press: (...pressed: string[]) => Promise<void>;
  screenshot: (file: string) => Promise<void>;
  stop: () => Promise<void>;
}

/** Keys without a letter, as WebDriver names them. */
const keys = { enter: '\uE007', escape: '\uE00C' } as const;

/** One key after the other, as WebDriver wants to be told. */
export function presses(pressed: readonly string[]): object[] {
  const actions = pressed.flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]);
  return [{ type: 'key', id: 'keyboard', actions }];
}

/** Tasks are shown live and the page is used by keyboard. Ends the browser. */
export async function smoke(browser: Browser, server: Server, info: TestInfo): Promise<void> {
  const text = (selector: string) => browser.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent`);
  try {
    const token = await server.token('alice', 'Alice');
    await server.create(token, { title: 'Seen elsewhere', description: 'Help.' });
    await browser.goto(`${server.url}/#token=${token}`);
    await expect.poll(() => browser.evaluate(`document.querySelector('[data-freshness]')?.dataset.freshness`)).toBe('live');
    await expect.poll(() => text('[data-task] h3')).toBe('Seen elsewhere');
    expect(await browser.evaluate('location.hash')).toBe('');

    await browser.press('j', keys.enter);
    await expect.poll(() => text('#task-heading')).toBe('Seen elsewhere');
    await server.create(token, { title: 'Made elsewhere', description: 'Help.' });
    await expect.poll(() => text('[data-task] h3')).toBe('Made elsewhere');
    await expect.poll(() => browser.evaluate('document.title')).toContain('(2 need you)');

    await browser.press('c');
    await expect.poll(() => browser.evaluate(`document.activeElement?.closest('dialog')?.open`)).toBe(true);
    await browser.press(keys.escape);
    await expect.poll(() => browser.evaluate(`document.querySelector('dialog') === null`)).toBe(true);
  } finally {
    await browser.screenshot(info.outputPath('page.png'));
    await browser.stop();
  }
}
