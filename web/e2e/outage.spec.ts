import type { Page } from '@playwright/test';
import { count, dot, expect, expectLive, freshness, good, logIn, row, rowIds, test } from './page';
import { hide, listen, wantEverything } from './notices';
import { statuses } from '../src/store/status';
import { Server } from './server';

/** What the page shows, against what REST says. */
async function expectEqualToRest(page: Page, server: Server, token: string): Promise<void> {
  const tasks = await server.tasks(token);
  const shown = () =>
    page.locator('[data-task]').evaluateAll((rows) => rows.map((each) => `${each.getAttribute('data-task') ?? ''} ${each.getAttribute('data-status') ?? ''}`));
  await expect.poll(shown, { timeout: 30_000 }).toEqual(tasks.map(({ taskId, status }) => `${taskId} ${status}`));
  for (const status of statuses) {
    await expect(count(page, status)).toHaveText(`${tasks.filter((task) => task.status === status).length}`);
  }
}

test('a server killed for twenty seconds leaves both pages equal to REST, and they told the truth all along', async ({ browser }) => {
  test.setTimeout(180_000);
  const server = await Server.start();
  try {
    const pages = await Promise.all([browser.newPage(), browser.newPage()]);
    const [list, detail] = pages;
    const told = await listen(list);
    const token = await logIn(list, server, 'alice', 'Alice');
    await logIn(detail, server, 'bob', 'Bob');
    for (const page of pages) {
      await expectLive(page);
      await page.evaluate(() => { document.body.dataset.loaded = 'once'; });
    }
    await wantEverything(list);
    for (const title of ['One', 'Two', 'Three']) await server.create(token, { title, description: 'Thin.' });
    const [, two] = await server.tasks(token);
    await row(detail, 'Two').getByRole('link').click();
    await expectEqualToRest(list, server, token);

    // From here on the dot is written down whenever it changes.
    for (const page of pages) {
      await page.evaluate(() => {
        const states: string[] = [];
        Object.assign(window, { states });
        setInterval(() => {
          const state = document.querySelector('[data-connection]')?.getAttribute('data-connection') ?? '';
          if (states.at(-1) !== state) states.push(state);
        }, 50);
      });
    }

    // Nobody looks at the list for a while: it tells by notifications.
    await hide(list, true);
    // What is under way when the power goes may have been done, or not.
    const underWay = Array.from({ length: 10 }, (_, n) => server.create(token, { title: `Under way ${n}`, description: 'Thin.' }));
    const comments = Array.from({ length: 10 }, (_, n) => server.comment(token, two?.taskId ?? '', `Said ${n} just then`));
    const settled = Promise.allSettled([...underWay, ...comments]);
    await Promise.any(underWay);
    await server.kill();
    const outcomes = await settled;
    const back = Date.now() + 20_000;
    for (const page of pages) {
      await expect(dot(page)).not.toHaveAttribute('data-connection', 'connected', { timeout: 10_000 });
      await expect(freshness(page)).toHaveAttribute('data-freshness', /^(stale|offline)$/);
    }
    await expect(list.getByText('Last state from')).toBeVisible();
    await expect(row(list, 'Three')).toBeVisible();
    await expect.poll(() => Date.now(), { timeout: 30_000, intervals: [500] }).toBeGreaterThan(back);

    // Tasks change between the server's start and the pages' return.
    await server.run();
    await server.create(token, { title: 'Four', description: good });
    await server.comment(token, two?.taskId ?? '', 'While you were away');
    await server.post(token, `/api/tasks/${two?.taskId ?? ''}/cancel`, { reason: 'Not now' });

    for (const page of pages) await expectLive(page);
    await expect(row(list, 'Four')).toHaveAttribute('data-status', 'failed', { timeout: 30_000 });
    for (const page of pages) {
      await expectEqualToRest(page, server, token);
      const ids = await rowIds(page);
      expect(new Set(ids).size).toBe(ids.length);
      expect(await page.evaluate(() => document.body.dataset.loaded)).toBe('once');
      const states = await page.evaluate(() => (window as never as { states: string[] }).states);
      expect(states[0]).toBe('connected');
      expect(states.at(-1)).toBe('connected');
      // It was down once: in between nobody claimed to be connected.
      expect(states.slice(1, -1)).not.toContain('connected');
      expect(states.length).toBeGreaterThan(2);
    }
    await expect(detail.getByText('While you were away')).toHaveCount(1);
    const { events } = await server.task(token, two?.taskId ?? '');
    await expect(detail.locator('[data-type]')).toHaveCount(events.length);

    // What was answered is there.
    const kept = [...(await server.tasks(token)).map(({ title }) => title), ...events.flatMap((event) => (event.type === 'comment' ? [event.data.text] : []))];
    const words = [...underWay.map((_, n) => `Under way ${n}`), ...comments.map((_, n) => `Said ${n} just then`)];
    const answered = words.filter((_, n) => outcomes[n]?.status === 'fulfilled');
    expect(answered.length).toBeGreaterThan(0);
    expect(answered.filter((word) => !kept.includes(word))).toEqual([]);
    // No notice was repeated, and none is repeated by what comes later.
    await expect.poll(() => told).toContain('Four');
    await server.create(token, { title: 'Five', description: 'Thin.' });
    await expect.poll(() => told).toContain('Five');
    expect(told).toEqual([...new Set(told)]);
  } finally {
    await server.stop();
  }
});
