/** The page as tests see it. */
import { expect, test as base, type Locator, type Page } from '@playwright/test';
import { Server } from './server';

interface Own {
  /** A server that only this test has. */
  fresh: Server;
}

interface Shared {
  /** A server that other tests have, too. */
  server: Server;
}

export const test = base.extend<Own, Shared>({
  // eslint-disable-next-line no-empty-pattern -- Playwright wants the pattern
  fresh: async ({}, provide) => {
    const server = await Server.start();
    await provide(server);
    await server.stop();
  },
  server: [
    // eslint-disable-next-line no-empty-pattern -- Playwright wants the pattern
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
});

export { expect };

/** A description that needs no questions. */
export const good = `Paying with a saved card fails in the shop.
Steps: 1. Log in. 2. Put anything into the basket. 3. Choose the saved card. 4. Press Pay.
Expected: the payment goes through and the order page shows the receipt.
Actual: the page shows "unknown error" and the order stays unpaid; the log says "card token missing".`;

export function row(page: Page, title: string): Locator {
  return page.locator('[data-task]').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
}

/** The list's rows that are there, by their ids. */
export function rowIds(page: Page): Promise<string[]> {
  return page.locator('[data-task]').evaluateAll((rows) => rows.map((each) => each.getAttribute('data-task') ?? ''));
}

export function dot(page: Page): Locator {
  return page.locator('[data-connection]:visible').first();
}

/** How fresh the list says it is. */
export function freshness(page: Page): Locator {
  return page.locator('section[aria-labelledby="tasks-heading"] [data-freshness]');
}

export function count(page: Page, status: string): Locator {
  return page.locator(`[data-count="${status}"]`).getByText(/^\d+$/);
}

export async function expectLive(page: Page): Promise<void> {
  await expect(dot(page)).toHaveAttribute('data-connection', 'connected', { timeout: 30_000 });
  await expect(freshness(page)).toHaveAttribute('data-freshness', 'live', { timeout: 30_000 });
}

export async function logIn(page: Page, server: Server, id: string, name: string, ttl = '12h'): Promise<string> {
  const token = await server.token(id, name, { ttl });
  await page.goto(`${server.url}/#token=${token}`);
  return token;
}
