import { click, hide, listen, wantEverything } from './notices';
import { expect, expectLive, good, logIn, row, test } from './page';
import { Server } from './server';

test('what happens while one looks elsewhere is told once, also what happens while the server cannot be reached', async ({ page, fresh: server }) => {
  test.setTimeout(180_000);
  const told = await listen(page);
  const token = await logIn(page, server, 'alice', 'Alice');
  await expectLive(page);
  await wantEverything(page);

  await server.create(token, { title: 'Watched', description: 'Thin.' });
  await expect(row(page, 'Watched')).toHaveAttribute('data-status', 'clarification_needed');
  await hide(page, true);
  const one = await server.create(token, { title: 'One', description: 'Thin.' });
  await expect.poll(() => told).toEqual(['One']);
  const bob = await server.token('bob', 'Bob');
  await server.create(bob, { title: 'Of Bob', description: 'Thin.' });

  // The page is away, the server is killed, and both come back.
  await page.context().setOffline(true);
  await expect(page.locator('[data-connection="connected"]')).toHaveCount(0, { timeout: 30_000 });
  const two = await server.create(token, { title: 'Two', description: good });
  await expect.poll(async () => (await server.task(token, two.taskId)).status).toBe('failed');
  await server.comment(token, one.taskId, 'Nothing to be told of');
  await server.kill();
  await server.run();
  await page.context().setOffline(false);
  await expectLive(page);
  await expect.poll(() => told).toEqual(['One', 'Two']);

  await page.reload();
  await expectLive(page);
  await hide(page, true);
  await server.kill();
  await server.run();
  await expectLive(page);
  // Whatever would be told once more would be so before this.
  await server.create(token, { title: 'Three', description: 'Thin.' });
  await expect.poll(() => told, { timeout: 30_000 }).toContain('Three');
  expect(told).toEqual(['One', 'Two', 'Three']);

  const { version, taskId } = await server.comment(token, two.taskId, 'Later than the notice');
  await hide(page, false);
  const three = (await server.tasks(token)).find(({ title }) => title === 'Three');
  await click(page, 'Three');
  await expect(page).toHaveURL(new RegExp(`/tasks/${three?.taskId ?? 'none'}`));
  await expect.poll(() => page.locator('[data-type]').count()).toBeGreaterThanOrEqual(three?.version ?? Infinity);
  await page.goto(`${server.url}/tasks/${taskId}`);
  await expect(page.locator('[data-type]')).toHaveCount(version);
});

test('where the page rests while it is hidden, what it missed is told when one comes back, once', async ({ page }) => {
  test.setTimeout(120_000);
  const server = await Server.start({ FEATURE_WEBSOCKET_ENABLED: 'false' });
  try {
    const told = await listen(page);
    const token = await logIn(page, server, 'alice', 'Alice');
    await expectLive(page);
    await wantEverything(page);
    await hide(page, true);
    const { taskId } = await server.create(token, { title: 'Missed', description: 'Thin.' });
    await expect.poll(async () => (await server.task(token, taskId)).status).toBe('clarification_needed');
    expect(told).toEqual([]);
    await hide(page, false);
    await expectLive(page);
    await expect.poll(() => told).toEqual(['Missed']);

    await hide(page, true);
    const other = await server.create(token, { title: 'Missed, too', description: good });
    await expect.poll(async () => (await server.task(token, other.taskId)).status).toBe('failed');
    await hide(page, false);
    await expect.poll(() => told).toContain('Missed, too');
    expect(told).toEqual(['Missed', 'Missed, too']);
    await click(page, 'Missed, too');
    const { version } = await server.task(token, other.taskId);
    await expect(page.locator('[data-type]')).toHaveCount(version);
  } finally {
    await server.stop();
  }
});

test('where a page may not show notifications by itself, its service worker does', async ({ page, fresh: server }) => {
  test.setTimeout(120_000);
  await listen(page);
  await page.addInitScript(() => {
    window.Notification = class extends Notification {
      constructor(title: string) {
        super(title);
        throw new TypeError('Illegal constructor. Use ServiceWorkerRegistration.showNotification() instead.');
      }
    };
  });
  const token = await logIn(page, server, 'alice', 'Alice');
  await expectLive(page);
  await wantEverything(page);
  await page.evaluate(async () => { await navigator.serviceWorker.ready; });
  await hide(page, true);
  const { taskId } = await server.create(token, { title: 'On a phone', description: 'Thin.' });
  const shown = () =>
    page.evaluate(async () => {
      const worker = await navigator.serviceWorker.ready;
      return (await worker.getNotifications()).map(({ title, data }) => ({ title, data: data as unknown }));
    });
  await expect.poll(shown).toMatchObject([{ title: 'On a phone', data: { taskId } }]);
  const [worker] = page.context().serviceWorkers();
  await worker?.evaluate(`registration.getNotifications().then(([notification]) => {
    dispatchEvent(new NotificationEvent('notificationclick', { notification }));
  })`);
  await expect(page).toHaveURL(new RegExp(`/tasks/${taskId}`));
});
