import type { Page } from '@playwright/test';
import { count, expect, expectLive, good, row, test as base } from './page';
import { Server } from './server';

const test = base.extend<object, { demo: Server }>({
  demo: [
    // eslint-disable-next-line no-empty-pattern -- Playwright wants the pattern
    async ({}, use) => {
      const server = await Server.demo(4);
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
});

/** Writes down every status that a row shows from now on, with how long the page has been there. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const statuses = new Set<string>();
    Object.assign(window, { statuses });
    const look = () => {
      for (const each of document.querySelectorAll('[data-task][data-status]')) statuses.add(each.getAttribute('data-status') ?? '');
    };
    look();
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-status'] });
  });
}

function seen(page: Page): Promise<string[]> {
  return page.evaluate(() => [...(window as never as { statuses: Set<string> }).statuses].sort());
}

test('in demo mode tasks go through every status by themselves, in both browsers, without a reload', async ({ browser, demo }) => {
  test.setTimeout(180_000);
  const [alice, bob] = await Promise.all([browser.newPage(), browser.newPage()]);
  for (const page of [alice, bob]) {
    await page.goto(demo.loginLink);
    await expectLive(page);
    await expect(page.getByText('Simulated GitHub').filter({ visible: true })).toHaveCount(1);
  }

  // Whoever has the link picks who to be.
  await bob.getByRole('button', { name: /^Alice/ }).click();
  await bob.getByRole('menuitem', { name: 'Continue as Bob' }).click();
  await expect(bob.getByRole('button', { name: /^Bob/ })).toBeVisible();
  await expectLive(bob);
  for (const page of [alice, bob]) await watch(page);

  await alice.keyboard.press('c');
  const dialog = alice.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Title' }).fill('By Alice herself');
  await dialog.getByRole('textbox', { name: 'Description' }).fill(good);
  await dialog.getByRole('button', { name: 'Create task' }).click();
  await expect(row(bob, 'By Alice herself')).toBeVisible();

  for (const page of [alice, bob]) {
    await expect.poll(() => seen(page), { timeout: 120_000 }).toEqual(
      expect.arrayContaining(['analyzing', 'cancelled', 'clarification_needed', 'dispatched', 'failed', 'merged', 'pr_opened']),
    );
    await expect(count(page, 'merged')).toContainText(/[1-9]/);
    await expect(page.getByText('Nothing yet')).toHaveCount(0);
  }
});

test('links to the simulated GitHub lead there, also once the page is kept in the browser', async ({ page, demo }) => {
  test.setTimeout(120_000);
  await page.goto(demo.loginLink);
  await expectLive(page);
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  const issue = page.locator('[data-task]').getByRole('link', { name: /^Issue #\d+/ }).first();
  await expect(issue).toBeVisible({ timeout: 60_000 });
  const [opened] = await Promise.all([page.waitForEvent('popup'), issue.click()]);
  await expect(opened).toHaveTitle(/simulated GitHub$/);
  await expect(opened.getByText('Simulated GitHub')).toBeVisible();
  await expect(opened.locator('[data-connection]')).toHaveCount(0);
});
