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

const good = `Paying with a saved card fails in the shop.
Steps: 1. Log in. 2. Put anything into the basket. 3. Choose the saved card. 4. Press Pay.
Expected: the payment goes through and the order page shows the receipt.
Actual: the page shows "unknown error" and the order stays unpaid; the log says "card token missing".`;

/** A row of the list, by the task's title. */
function row(page: Page, title: string) {
  return page.getByRole('listitem').filter({ has: page.getByRole('button', { name: title }) });
}

async function logIn(page: Page, server: Server, id: string, name: string): Promise<string> {
  const token = await server.token(id, name);
  await page.goto(`${server.url}/#token=${token}`);
  await expect(page.getByRole('status').getByText('Live', { exact: true })).toBeVisible();
  return token;
}

test('a login link is taken at once and leaves no trace', async ({ page, server }) => {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  const token = await logIn(page, server, 'alice', 'Alice');
  expect(page.url()).toBe(`${server.url}/`);
  expect(requests.filter((url) => url.includes(token))).toEqual([]);
  await expect(page.getByText('Alice', { exact: true })).toBeVisible();

  await page.reload();
  await expect(page.getByRole('status').getByText('Live', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(page.getByRole('heading', { name: 'Log in' })).toBeVisible();
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
});

test('a token that is no token is refused with what to do next', async ({ page, server }) => {
  await page.goto(server.url);
  await page.getByLabel('Token').fill('nonsense');
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByText('The server does not accept your token.')).toBeVisible();
});

test('a task created elsewhere appears and moves without a reload', async ({ page, server }, info) => {
  const refusedByPolicy: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) refusedByPolicy.push(message.text());
  });
  const token = await logIn(page, server, 'alice', 'Alice');
  await page.evaluate(() => { document.body.dataset.loaded = 'once'; });

  await server.create(token, { title: 'Fix payment bug', description: good });
  await expect(row(page, 'Fix payment bug')).toContainText('Failed');
  await page.getByRole('button', { name: 'Fix payment bug' }).click();
  await expect(page.getByRole('heading', { name: 'Fix payment bug' })).toBeFocused();
  await expect(page.getByText('github_not_configured')).toBeVisible();
  await expect(page.getByRole('list').getByText('Analysis started')).toBeVisible();
  await expect(page.getByText('Put anything into the basket')).toBeVisible();
  await page.screenshot({ path: info.outputPath('detail.png'), fullPage: true });

  expect(await page.evaluate(() => document.body.dataset.loaded)).toBe('once');
  expect(refusedByPolicy).toEqual([]);
});

test('a thin task asks, and takes the answer', async ({ page, server }) => {
  const token = await logIn(page, server, 'alice', 'Alice');
  await server.create(token, { title: 'It is broken', description: 'Please fix.' });
  await expect(row(page, 'It is broken')).toContainText('Needs answers');

  await page.getByRole('button', { name: 'It is broken' }).click();
  const questions = page.getByRole('form', { name: 'Questions' });
  for (const field of await questions.getByRole('textbox').all()) await field.fill(good);
  await questions.getByRole('button', { name: 'Send answers' }).click();
  await expect(page.getByRole('list').getByText('Questions answered')).toBeVisible();
  await expect(page.getByText('answered by Alice').first()).toBeVisible();
});

test("somebody else's private task never arrives", async ({ page, server }) => {
  const received: string[] = [];
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => received.push(payload.toString()));
  });
  await logIn(page, server, 'alice', 'Alice');
  const bob = await server.token('bob', 'Bob');

  await server.create(bob, { title: 'Only for Bob', description: good, visibility: 'private' });
  // What comes later is told later: once this one shows, the other would have.
  await server.create(bob, { title: 'For everyone', description: good });
  await expect(row(page, 'For everyone')).toContainText('Failed');

  await expect(page.getByText('Only for Bob')).toHaveCount(0);
  expect(received.some((frame) => frame.includes('For everyone'))).toBe(true);
  expect(received.filter((frame) => frame.includes('Only for Bob'))).toEqual([]);
  await page.reload();
  await expect(row(page, 'For everyone')).toBeVisible();
  await expect(page.getByText('Only for Bob')).toHaveCount(0);
});

test('the form creates a task, and shows an error by its field', async ({ page, server }) => {
  await logIn(page, server, 'alice', 'Alice');
  const title = page.getByLabel('Title');

  await title.fill('x'.repeat(201));
  await page.getByLabel('Description').fill(good);
  await page.getByRole('button', { name: 'Create task' }).click();
  await expect(title).toHaveAttribute('aria-invalid', 'true');
  await expect(title).toBeFocused();
  await expect(title).toHaveAccessibleDescription(/200/);
  await expect(title).toHaveValue('x'.repeat(201));

  await title.fill('Written in the form');
  await page.getByRole('button', { name: 'Create task' }).click();
  await expect(page.getByText('Created “Written in the form”.')).toBeVisible();
  await expect(row(page, 'Written in the form')).toHaveCount(1);
  await expect(title).toHaveValue('');
});

test('the page fits a small screen, dark too, and works by keyboard', async ({ page, server }, info) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.emulateMedia({ colorScheme: 'dark' });
  const token = await logIn(page, server, 'alice', 'Alice');
  const name = `Unbreakable${'Word'.repeat(20)}`;
  await server.create(token, { title: name, description: 'Short.' });
  const button = page.getByRole('button', { name });
  await expect(button).toContainText('Needs answers');

  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await page.screenshot({ path: info.outputPath('small-list.png'), fullPage: true });

  await button.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name })).toBeFocused();
  await expect(page.getByRole('form', { name: 'Questions' })).toBeVisible();
  expect(await overflow()).toBeLessThanOrEqual(0);
  await page.screenshot({ path: info.outputPath('small-detail.png'), fullPage: true });

  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(button).toBeFocused();
});

test('a page whose server went away says so, and catches up when it is back', async ({ page }) => {
  const server = await Server.start();
  try {
    const token = await logIn(page, server, 'alice', 'Alice');
    await server.create(token, { title: 'Before', description: good });
    await expect(row(page, 'Before')).toContainText('Failed');

    await server.halt();
    await expect(page.getByText('Reconnecting…')).toBeVisible();
    await server.run();
    await server.create(token, { title: 'After', description: good });

    await expect(page.getByRole('status').getByText('Live', { exact: true })).toBeVisible({ timeout: 30_000 });
    await expect(row(page, 'After')).toContainText('Failed');
    await expect(row(page, 'Before')).toBeVisible();
  } finally {
    await server.stop();
  }
});
