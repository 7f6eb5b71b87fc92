import type { Locator, Page } from '@playwright/test';
import type { TaskSummary } from '../src/api/types';
import { expect, expectLive, logIn, test } from './page';
import type { Server } from './server';

const perSecond = 50;
const seconds = 10;

// The recorder takes a picture of every frame, which is more work than the page has: it would be measured, too.
test.use({ trace: 'off' });

/**
 * What is asserted of tasks is the main thread's own time, traced: what other programs take of a busy
 * machine is not the page's. Their length by the clock, as people feel it, is printed beside it.
 */
test('a thousand rows and fifty events a second make no task longer than 50 ms', async ({ page, fresh: server }) => {
  test.setTimeout(300_000);
  const token = await server.token('alice', 'Alice');
  await server.fill(token, 1000);
  const heard = frames(page);
  await logIn(page, server, 'bob', 'Bob');
  await expectLive(page);
  const list = page.getByRole('list', { name: 'Tasks' });
  await expectAllLoaded(page, list, 1000);
  await scrollTo(list, 0);

  const newest = (await server.tasks(token)).slice(0, 200);
  const byTheClock = await longTasks(page);
  const tracing = await traceTasks(page);
  heard.length = 0;
  const began = Date.now();
  await changeThings(server, token, newest);
  const rate = (heard.filter((event) => event === 'dashboard:task_list_updated').length * 1000) / (Date.now() - began);
  const longest = Math.max(...(await tracing.stop()));
  const long = await byTheClock();
  console.log(
    `${heard.length} events of ${new Set(heard).size} kinds, ${rate.toFixed(0)} changed rows a second; ` +
      `longest task ${longest.toFixed(1)} ms of its own, ${long.length} over 50 ms by the clock${long.length > 0 ? `, up to ${Math.max(...long).toFixed(0)} ms` : ''}`,
  );

  expect(rate).toBeGreaterThanOrEqual(perSecond);
  expect(new Set(heard).size).toBeGreaterThanOrEqual(5);
  // The rows show what the server says: those that came, and those that were there and have changed.
  const all = (await server.tasks(token)).map(({ taskId, status, title }) => `${taskId} ${status} ${title}`);
  for (const [place, word] of [[0, 'New'], [0.1, 'cancelled Edited']] as const) {
    await scrollTo(list, place);
    await expect.poll(async () => (await shownRows(page)).join()).toContain(word);
    const shown = await shownRows(page);
    const from = all.indexOf(shown[0] ?? '');
    expect(shown).toEqual(all.slice(from, from + shown.length));
  }
  expect(longest).toBeGreaterThan(0);
  expect(longest).toBeLessThanOrEqual(50);
});

test('ten thousand tasks are scrolled through while they change, a few dozen rows at a time', async ({ page, fresh: server }) => {
  test.setTimeout(420_000);
  const token = await server.token('alice', 'Alice');
  await server.fill(token, 10_000);
  await logIn(page, server, 'bob', 'Bob');
  await expectLive(page);
  const list = page.getByRole('list', { name: 'Tasks' });
  const newest = (await server.tasks(token)).slice(0, 200);
  await expectAllLoaded(page, list, 10_000);

  const byTheClock = await longTasks(page);
  const changing = changeThings(server, token, newest);
  let most = 0;
  for (let step = 0; step <= 40; step += 1) {
    await scrollTo(list, step / 40);
    // In sight, from edge to edge: nothing of the list is blank.
    await expect.poll(() => filled(list)).toBeGreaterThan(0.9);
    most = Math.max(most, await page.locator('[data-task]').count());
  }
  await changing;
  const long = await byTheClock();
  console.log(`at most ${most} rows on the page; ${long.length} tasks over 50 ms by the clock${long.length > 0 ? `, up to ${Math.max(...long).toFixed(0)} ms` : ''}`);
  expect(most).toBeGreaterThan(10);
  expect(most).toBeLessThan(100);
  await scrollTo(list, 1);
  await expect(page.getByText('That is all')).toBeVisible();
});

/** Changes tasks in many ways for some seconds, a little more often than promised. */
async function changeThings(server: Server, token: string, tasks: readonly TaskSummary[]): Promise<void> {
  const done: Promise<unknown>[] = [];
  const began = Date.now();
  for (let n = 0; n < seconds * 10; n += 1) {
    const task = (k: number) => tasks[(n * 2 + k) % tasks.length] ?? { taskId: '', version: 0 };
    const { taskId } = task(0);
    // Created, analyzed and in need of answers: three entries and their events.
    done.push(server.create(token, { title: `New ${n}`, description: 'Thin.' }));
    done.push(server.comment(token, taskId, `Comment ${n}`));
    done.push(
      n < tasks.length / 2
        ? server.edit(token, task(1), { title: `Edited ${n}` }).then(({ taskId: edited }) => server.post(token, `/api/tasks/${edited}/cancel`, {}))
        : server.comment(token, task(1).taskId, `Comment ${n}, too`),
    );
    await new Promise((resolve) => { setTimeout(resolve, Math.max(0, began + (n + 1) * 100 - Date.now())); });
  }
  await Promise.all(done);
}

/** The names of the events that the page receives from now on. */
function frames(page: Page): string[] {
  const events: string[] = [];
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      const event = /^42\["([^"]+)"/.exec(payload.toString())?.[1];
      if (event !== undefined) events.push(event);
    });
  });
  return events;
}

async function expectAllLoaded(page: Page, list: Locator, count: number): Promise<void> {
  const header = page.locator('section[aria-labelledby="tasks-heading"] header');
  await expect.poll(async () => {
    await scrollTo(list, 1);
    return header.textContent();
  }, { timeout: 120_000, intervals: [100] }).toMatch(new RegExp(`Tasks${count}(?![\\d+])`));
}

/** Scrolls the list to a place between its beginning, 0, and its end, 1. */
function scrollTo(list: Locator, place: number): Promise<void> {
  return list.evaluate((element, to) => {
    const scroller = element.closest('[data-scroller]') ?? element;
    scroller.scrollTop = to * (scroller.scrollHeight - scroller.clientHeight);
  }, place);
}

/** How much of what can be seen of the list has rows in it. */
function filled(list: Locator): Promise<number> {
  return list.evaluate((element) => {
    const sight = (element.closest('[data-scroller]') ?? element).getBoundingClientRect();
    const whole = element.getBoundingClientRect();
    const from = Math.max(sight.top, whole.top);
    const to = Math.min(sight.bottom, whole.bottom);
    const rows = [...element.querySelectorAll('[data-task]')].map((row) => row.getBoundingClientRect());
    return rows.reduce((sum, row) => sum + Math.max(0, Math.min(to, row.bottom) - Math.max(from, row.top)), 0) / (to - from);
  });
}

function shownRows(page: Page): Promise<string[]> {
  return page.locator('[data-task]').evaluateAll((rows) =>
    rows
      .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
      .map((row) => `${row.getAttribute('data-task') ?? ''} ${row.getAttribute('data-status') ?? ''} ${row.querySelector('h3')?.textContent ?? ''}`),
  );
}

/** How long tasks over 50 ms take by the clock from now on, until asked. */
async function longTasks(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const long: number[] = [];
    Object.assign(window, { long });
    new PerformanceObserver((entries) => { long.push(...entries.getEntries().map(({ duration }) => duration)); }).observe({ type: 'longtask' });
  });
  return () => page.evaluate(() => (window as never as { long: number[] }).long);
}

/**
 * The tasks of the page's main thread while it is traced, in milliseconds of that thread's own time:
 * what other programs take of a busy machine is not the page's.
 */
async function traceTasks(page: Page): Promise<{ stop: () => Promise<number[]> }> {
  interface TraceEvent { name: string; ph: string; pid: number; tid: number; dur?: number; tdur?: number; args?: { name?: string } }
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => { events.push(...(value as unknown as TraceEvent[])); });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['disabled-by-default-devtools.timeline', 'toplevel'] },
  });
  return {
    stop: async () => {
      const complete = new Promise((resolve) => { session.once('Tracing.tracingComplete', resolve); });
      await session.send('Tracing.end');
      await complete;
      const main = new Set(
        events.flatMap(({ name, args, pid, tid }) => (name === 'thread_name' && args?.name === 'CrRendererMain' ? [`${pid} ${tid}`] : [])),
      );
      return events.flatMap(({ name, pid, tid, tdur }) =>
        name === 'RunTask' && tdur !== undefined && main.has(`${pid} ${tid}`) ? [tdur / 1000] : [],
      );
    },
  };
}
