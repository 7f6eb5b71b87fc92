import type { Page } from '@playwright/test';
import { expect, expectLive, logIn, row, rowIds, test } from './page';

async function offline(page: Page, isOffline: boolean): Promise<void> {
  await page.context().setOffline(isOffline);
}

async function write(page: Page, title: string): Promise<void> {
  await page.keyboard.press('c');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Title' }).fill(title);
  await dialog.getByRole('button', { name: 'Create task' }).click();
  await expect(dialog).toBeHidden();
}

test('three tasks and a comment made offline, over a reload, exist once each', async ({ page, fresh: server }) => {
  test.setTimeout(180_000);
  const token = await logIn(page, server, 'alice', 'Alice');
  await expectLive(page);
  const { taskId } = await server.create(token, { title: 'Talked about', description: 'Thin.' });
  await expect(row(page, 'Talked about')).toHaveAttribute('data-status', 'clarification_needed');
  // The service worker has the page once it controls it.
  await page.evaluate(async () => { await navigator.serviceWorker.ready; });
  await page.reload();
  await row(page, 'Talked about').getByRole('link').click();
  await expect(page.getByRole('heading', { name: 'Talked about', level: 2 })).toBeVisible();
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await expectLive(page);

  await offline(page, true);
  await expect(page.getByText('offline', { exact: false }).first()).toBeVisible();
  for (const title of ['Offline one', 'Offline two', 'Offline three']) {
    await write(page, title);
    await expect(row(page, title)).toHaveCount(1);
  }
  await page.getByRole('textbox', { name: 'Comment' }).fill('Said offline');
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  await expect(page.getByText('Said offline')).toHaveCount(1);
  // The draft is let go of once the comment is kept: before that a reload finds both.
  await expect(page.getByRole('textbox', { name: 'Comment' })).toHaveValue('');

  await page.reload();
  await expect(page.getByRole('heading', { name: 'Talked about', level: 2 })).toBeVisible();
  for (const title of ['Offline one', 'Offline two', 'Offline three']) await expect(row(page, title)).toHaveCount(1);
  await expect(page.getByText('Said offline')).toHaveCount(1);
  expect((await server.tasks(token)).length).toBe(1);

  // Whatever comes of it, no row is there twice at any time.
  await page.evaluate(() => {
    const doubled: string[] = [];
    Object.assign(window, { doubled });
    new MutationObserver(() => {
      const titles = [...document.querySelectorAll('[data-task] h3')].map((heading) => heading.textContent);
      for (const title of titles) if (titles.filter((each) => each === title).length > 1) doubled.push(title);
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  await offline(page, false);
  await expectLive(page);
  await expect.poll(async () => (await server.tasks(token)).map(({ title }) => title).sort(), { timeout: 30_000 }).toEqual([
    'Offline one', 'Offline three', 'Offline two', 'Talked about',
  ]);
  await expect.poll(async () => (await rowIds(page)).filter((id) => id.startsWith('local:'))).toEqual([]);
  // The comment was written last: it comes last.
  const comments = async () => (await server.task(token, taskId)).events.filter(({ type }) => type === 'comment').length;
  await expect.poll(comments).toBeGreaterThan(0);
  await expect(page.getByText('Said offline')).toHaveCount(1);
  expect(await comments()).toBe(1);
  expect(await page.evaluate(() => (window as never as { doubled: string[] }).doubled)).toEqual([]);
});

test('nothing of one user shows when another logs in, and nothing is left when they log out', async ({ page, server }) => {
  const carol = await logIn(page, server, 'carol', 'Carol');
  await expectLive(page);
  await server.create(carol, { title: 'Only for Carol', description: 'Thin.', visibility: 'private' });
  await expect(row(page, 'Only for Carol')).toBeVisible();
  await expect.poll(() => page.evaluate(() => indexedDB.databases().then((all) => all.map(({ name }) => name)))).toContain('taskwire');
  // So that it is kept.
  await page.evaluate(() => { window.dispatchEvent(new Event('pagehide')); });

  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    new MutationObserver(() => {
      if (document.body.textContent.includes('Only for Carol')) seen.push('seen');
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  const dave = await server.token('dave', 'Dave');
  await page.evaluate((token) => { location.hash = `token=${token}`; }, dave);
  await expect(page.getByRole('button', { name: /^Dave/ })).toBeVisible();
  await expectLive(page);
  await page.evaluate(() => { (window as never as { seen: string[] }).seen.length = 0; });
  await server.create(dave, { title: 'For everyone', description: 'Thin.' });
  await expect(row(page, 'For everyone')).toBeVisible();
  expect(await page.evaluate(() => (window as never as { seen: string[] }).seen)).toEqual([]);

  await page.getByRole('button', { name: /^Dave/ }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await expect(page.getByRole('heading', { name: 'Log in' })).toBeVisible();
  const kept = () =>
    page.evaluate(
      () =>
        new Promise<number>((resolve, reject) => {
          const opening = indexedDB.open('taskwire');
          opening.onerror = () => { reject(new Error('no database')); };
          opening.onsuccess = () => {
            const counting = opening.result.transaction('kept').objectStore('kept').count();
            counting.onsuccess = () => { resolve(counting.result); };
          };
        }),
    );
  await expect.poll(kept).toBe(0);
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => /token|draft/.test(key)))).toEqual([]);
});
