import { expect, test as base, type Page } from '@playwright/test';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

/** The example and the library it loads, on an origin of their own, as on a reader's machine. */
async function serveExample(): Promise<{ url: string; [Symbol.asyncDispose]: () => Promise<void> }> {
  const files = new Map([
    ['/browser.html', { type: 'text/html', text: await readFile('../docs/clients/browser.html', 'utf8') }],
    ['/socket.io.js', { type: 'text/javascript', text: await readFile('node_modules/socket.io-client/dist/socket.io.esm.min.js', 'utf8') }],
  ]);
  const http = createServer((request, response) => {
    const file = files.get(new URL(request.url ?? '/', 'http://localhost').pathname);
    response.writeHead(file ? 200 : 404, { 'Content-Type': file?.type ?? 'text/plain' });
    // Nothing is loaded from outside.
    response.end(file?.text.replace(/https:\/\/cdn\.socket\.io\/[^']+/, '/socket.io.js'));
  });
  await once(http.listen(0, '127.0.0.1'), 'listening');
  const { port } = http.address() as AddressInfo;
  const close = async (): Promise<void> => {
    http.closeAllConnections();
    await once(http.close(), 'close');
  };
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
}

base('the example client for browsers follows, resyncs and comes back', async ({ page }) => {
  await using example = await serveExample();
  const settings = { FRONTEND_URL: example.url };
  const server = await Server.start(settings);
  try {
    const token = await server.token('alice', 'Alice');
    let interrupt = (): void => undefined;
    await page.routeWebSocket(/\/socket\.io\//, (socket) => {
      const upstream = socket.connectToServer();
      upstream.onMessage((message) => { socket.send(message); });
      interrupt = () => { socket.send('42["resync_required",{"reason":"test"}]'); };
    });
    const upgraded = page.waitForEvent('websocket');

    await page.goto(`${example.url}/browser.html?server=${server.url}#token=${token}`);
    await expect(page.getByRole('heading', { name: '0 tasks' })).toBeVisible();
    await server.create(token, { title: 'Seen by an example', description: 'Short.' });
    await expect(page.getByText('Seen by an example is clarification_needed')).toBeVisible();
    await upgraded;

    await page.evaluate(() => { document.querySelector('#count')?.replaceChildren('waiting'); });
    interrupt();
    await expect(page.getByRole('heading', { name: '1 tasks' })).toBeVisible();

    await server.halt();
    await page.evaluate(() => { document.querySelector('#count')?.replaceChildren('waiting'); });
    await server.run(settings);
    await expect(page.getByRole('heading', { name: '1 tasks' })).toBeVisible({ timeout: 30_000 });
  } finally {
    await server.stop();
  }
});
