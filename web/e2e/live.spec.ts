import { count, expect, expectLive, good, logIn, row, test } from './page';

test('a task goes through every status in list, detail, sidebar and title at once, without a reload', async ({ browser, server }) => {
  const [list, detail] = await Promise.all([browser.newPage(), browser.newPage()]);
  const token = await logIn(list, server, 'carol', 'Carol');
  await logIn(detail, server, 'dave', 'Dave');
  await Promise.all([expectLive(list), expectLive(detail)]);
  for (const page of [list, detail]) await page.evaluate(() => { document.body.dataset.loaded = 'once'; });

  const { taskId } = await server.create(token, { title: 'Everything happens', description: 'Thin.' });
  await row(detail, 'Everything happens').getByRole('link').click();
  const shows = async (status: string) => {
    await expect(row(list, 'Everything happens')).toHaveAttribute('data-status', status);
    await expect(detail.locator('section[aria-labelledby="task-heading"] header [data-status]')).toHaveAttribute('data-status', status);
    const { counts } = (await (await fetch(`${server.url}/api/tasks/stats`, { headers: { Authorization: `Bearer ${token}` } })).json()) as {
      counts: Record<string, number>;
    };
    await expect(count(list, status)).toHaveText(`${counts[status] ?? 0}`);
    // What needs Carol, who asked for it, does not need Dave.
    const needed = (await server.tasks(token)).filter((each) => each.creator.id === 'carol' && each.status === 'clarification_needed').length;
    await expect(list).toHaveTitle(needed > 0 ? `(${needed} ${needed === 1 ? 'needs' : 'need'} you) Taskwire` : 'Taskwire');
    await expect(list.getByRole('link', { name: new RegExp(`^Needs you\\s*${needed}$`) })).toBeVisible();
    await expect(detail).toHaveTitle('Everything happens · Taskwire');
  };

  await shows('clarification_needed');
  const { questions } = await server.task(token, taskId);
  await server.post(token, `/api/tasks/${taskId}/answers`, { answers: questions.map(({ id }) => ({ questionId: id, answer: good })) });
  // Nobody files issues for this server.
  await shows('failed');
  await server.pull('opened', taskId);
  await shows('pr_opened');
  await server.pull('closed', taskId);
  await shows('dispatched');
  await server.post(token, `/api/tasks/${taskId}/cancel`, { reason: 'Not now' });
  await shows('cancelled');
  await server.pull('closed', taskId, { number: 2, merged: true });
  await shows('merged');
  await expect(list.getByRole('definition').filter({ hasText: 'Everything happens' })).toBeVisible();

  for (const page of [list, detail]) expect(await page.evaluate(() => document.body.dataset.loaded)).toBe('once');
  const { events } = await server.task(token, taskId);
  await expect(detail.locator('[data-type]')).toHaveCount(events.length);
});
