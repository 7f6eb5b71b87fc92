import { expect, test as base, type Page } from '@playwright/test';
import { Server } from './server';

const test = base.extend<object, { server: Server }>({
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

const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

for (const [theme, width] of [['light', 1280], ['dark', 1280], ['light', 320], ['dark', 320]] as const) {
  test(`the documents are readable, ${theme}, ${width} px wide`, async ({ page, server }, info) => {
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('request', (request) => requests.push(request.url()));
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme: theme });

    await page.goto(`${server.url}/api/docs`);
    await expect(page.getByRole('heading', { name: 'Taskwire API' })).toBeVisible();
    await expect(page.getByText('/api/tasks/{id}/comments', { exact: true })).toBeVisible();
    await page.getByText('/api/tasks/{id}/comments', { exact: true }).click();
    await expect(page.locator('#addComment').getByText('Idempotency-Key', { exact: true })).toBeVisible();
    await page.getByRole('group').filter({ hasText: 'dashboard:task_list_updated' }).first().click();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.screenshot({ path: info.outputPath(`docs-${theme}-${width}.png`) });

    // Where a problem's `type` leads.
    await page.goto(`${server.url}/api/docs#idempotency_key_reused`);
    await expect(page.getByRole('heading', { name: 'idempotency_key_reused' })).toBeInViewport();
    await page.screenshot({ path: info.outputPath(`code-${theme}-${width}.png`) });
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(server.url))).toEqual([]);
  });
}
