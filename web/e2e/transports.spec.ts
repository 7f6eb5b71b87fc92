import type { Page } from '@playwright/test';
import { count, dot, expect, expectLive, freshness, logIn, row, test } from './page';
import { Server } from './server';

/** What the page asked of the server, by path. */
function requests(page: Page): string[] {
  const paths: string[] = [];
  page.on('request', (request) => paths.push(new URL(request.url()).pathname));
  page.on('websocket', () => paths.push('websocket'));
  return paths;
}

async function expectToFollow(page: Page, server: Server, token: string, title: string): Promise<string> {
  const { taskId } = await server.create(token, { title, description: 'Thin.' });
  await expect(row(page, title)).toHaveAttribute('data-status', 'clarification_needed', { timeout: 20_000 });
  await row(page, title).getByRole('link').click();
  await expect(page.getByRole('heading', { name: title, level: 2 })).toBeVisible();
  await server.comment(token, taskId, `Heard of ${title}`);
  await expect(page.getByText(`Heard of ${title}`)).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press('Escape');
  return taskId;
}

test('where the flag is off the page follows a stream, and a socket again when it is on, without a reload', async ({ page }) => {
  test.setTimeout(150_000);
  const off = { FEATURE_WEBSOCKET_ENABLED: 'false' };
  const server = await Server.start(off);
  try {
    const asked = requests(page);
    const token = await logIn(page, server, 'alice', 'Alice');
    await expectLive(page);
    await page.evaluate(() => { document.body.dataset.loaded = 'once'; });
    expect(asked).toContain('/api/events');
    await expectToFollow(page, server, token, 'By stream');
    // What may be seen no longer is counted no longer, over the same stream.
    const bob = await server.token('bob', 'Bob');
    const seen = await server.create(bob, { title: 'Seen for a while', description: 'Thin.' });
    await expect(count(page, 'clarification_needed')).toHaveText('2');
    await server.edit(bob, await server.task(bob, seen.taskId), { visibility: 'private' });
    await expect(count(page, 'clarification_needed')).toHaveText('1');
    await expect(row(page, 'Seen for a while')).toHaveCount(0);
    await server.create(bob, { title: 'Seen after that', description: 'Thin.' });
    await expect(count(page, 'clarification_needed')).toHaveText('2');
    expect(asked.filter((path) => path === '/api/events')).toHaveLength(1);
    expect(asked.filter((path) => path.endsWith('/stream'))).toEqual([]);

    await server.kill();
    await expect(dot(page)).not.toHaveAttribute('data-connection', 'connected');
    await server.run();
    await expectLive(page);
    await expect.poll(() => asked.filter((path) => path === 'websocket').length, { timeout: 30_000 }).toBeGreaterThan(0);
    await expectLive(page);
    await expectToFollow(page, server, token, 'By socket');

    await server.kill();
    await server.run(off);
    await expect(dot(page)).toHaveAttribute('data-connection', 'connected', { timeout: 60_000 });
    await expectToFollow(page, server, token, 'By stream again');
    expect(await page.evaluate(() => document.body.dataset.loaded)).toBe('once');
  } finally {
    await server.stop();
  }
});

test('where sockets are blocked the page follows a stream, and where streams are, too, it asks', async ({ page, server }) => {
  test.setTimeout(150_000);
  await page.routeWebSocket(/\/socket\.io\//, (socket) => void socket.close());
  const token = await logIn(page, server, 'alice', 'Alice');
  await expectLive(page);
  await expectToFollow(page, server, token, 'Despite a proxy');

  await page.route('**/api/events', (route) => route.abort());
  await page.reload();
  await expect(freshness(page)).toHaveAttribute('data-freshness', 'polling', { timeout: 60_000 });
  await expect(dot(page)).toHaveAttribute('data-connection', 'connected');
  await expectToFollow(page, server, token, 'By asking');
});

test('a login that ends says so before and after, and goes on with a new link in the same tab', async ({ page, server }) => {
  test.setTimeout(120_000);
  const token = await server.token('erin', 'Erin');
  await logIn(page, server, 'erin', 'Erin', '20s');
  await expectLive(page);
  await page.evaluate(() => { document.body.dataset.loaded = 'once'; });
  await expect(page.getByText('Your login ends')).toBeVisible({ timeout: 30_000 });
  await expect(dot(page)).toHaveAttribute('data-connection', 'error', { timeout: 60_000 });
  await server.create(token, { title: 'While the login was over', description: 'Thin.' });

  await page.evaluate((fresh) => { location.hash = `token=${fresh}`; }, token);
  await expectLive(page);
  await expect(row(page, 'While the login was over')).toBeVisible();
  expect(await page.evaluate(() => document.body.dataset.loaded)).toBe('once');
});

test('a new link before the end goes on over the same connection', async ({ page, server }) => {
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  await logIn(page, server, 'frank', 'Frank', '60s');
  await expectLive(page);
  const token = await server.token('frank', 'Frank');
  await page.evaluate((fresh) => { location.hash = `token=${fresh}`; }, token);
  await server.create(token, { title: 'Still here', description: 'Thin.' });
  await expect(row(page, 'Still here')).toBeVisible();
  expect(sockets).toHaveLength(1);
});

test('a login link is taken at once, leaves no trace, and is refused in words if it is none', async ({ page, server }) => {
  const urls: string[] = [];
  const said: string[] = [];
  page.on('request', (request) => urls.push(request.url()));
  page.on('console', (message) => said.push(message.text()));
  const token = await logIn(page, server, 'alice', 'Alice');
  await expectLive(page);
  expect(page.url()).toBe(`${server.url}/`);
  expect([...urls, ...said].filter((text) => text.includes(token))).toEqual([]);
  expect(said.filter((text) => text.includes('Content Security Policy'))).toEqual([]);
  expect(said).toContainEqual(expect.stringContaining('[useWebSocket] Connected'));

  const [head, claims] = token.split('.');
  await page.evaluate((forged) => { location.hash = `token=${forged}`; }, `${head ?? ''}.${claims ?? ''}.forged`);
  await page.reload();
  await expect(dot(page)).toHaveAttribute('data-connection', 'error');
  await expect(page.getByText('Your login has ended')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible();
});

test("somebody else's private task never arrives", async ({ page, server }) => {
  const received: string[] = [];
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => received.push(payload.toString()));
  });
  await logIn(page, server, 'alice', 'Alice');
  await expectLive(page);
  const bob = await server.token('bob', 'Bob');
  await server.create(bob, { title: 'Only for Bob', description: 'Thin.', visibility: 'private' });
  // What comes later is told later: once this one shows, the other would have.
  await server.create(bob, { title: 'Open to everyone', description: 'Thin.' });
  await expect(row(page, 'Open to everyone')).toBeVisible();
  await expect(page.getByText('Only for Bob')).toHaveCount(0);
  expect(received.some((frame) => frame.includes('Open to everyone'))).toBe(true);
  expect(received.filter((frame) => frame.includes('Only for Bob'))).toEqual([]);
});
