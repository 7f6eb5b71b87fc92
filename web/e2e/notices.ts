/** Notifications, as tests hear them. */
import type { Page } from '@playwright/test';
import { expect } from './page';

/** Lets the page be hidden, and gives the titles of what it tells from now on, over every reload. */
export async function listen(page: Page): Promise<string[]> {
  const told: string[] = [];
  await page.context().grantPermissions(['notifications']);
  await page.exposeFunction('heard', (title: string) => { told.push(title); });
  await page.addInitScript(() => {
    const here = window as never as { heard: (title: string) => void; hidden: boolean; shown: Map<string, Notification> };
    here.hidden = false;
    here.shown = new Map();
    Object.defineProperty(document, 'hidden', { get: () => here.hidden });
    Object.defineProperty(document, 'visibilityState', { get: () => (here.hidden ? 'hidden' : 'visible') });
    window.Notification = class extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        here.shown.set(title, this);
        here.heard(title);
      }
    };
  });
  return told;
}

export async function hide(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((now) => {
    (window as never as { hidden: boolean }).hidden = now;
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

export async function click(page: Page, title: string): Promise<void> {
  await page.evaluate((of) => {
    (window as never as { shown: Map<string, Notification> }).shown.get(of)?.dispatchEvent(new Event('click'));
  }, title);
}

export async function wantEverything(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Alice/ }).click();
  await page.getByRole('menuitem', { name: 'Notifications…' }).click();
  const dialog = page.getByRole('dialog');
  for (const kind of ['It needs my answer', 'It failed']) await dialog.getByRole('checkbox', { name: kind }).check();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
}
