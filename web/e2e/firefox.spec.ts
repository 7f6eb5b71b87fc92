/** Runs where Firefox is installed: see `playwright.config.ts`. */
import { Firefox, keys } from './firefox';
import { expect, test } from './page';

test('Firefox shows tasks live, and is used by keyboard', async ({ server }, info) => {
  const token = await server.token('alice', 'Alice');
  await server.create(token, { title: 'Seen in Firefox', description: 'Help.' });
  const firefox = await Firefox.start(process.env.FIREFOX ?? '');
  const text = (selector: string) => firefox.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent`);
  try {
    await firefox.goto(`${server.url}/#token=${token}`);
    await expect.poll(() => firefox.evaluate(`document.querySelector('[data-freshness]')?.dataset.freshness`)).toBe('live');
    await expect.poll(() => text('[data-task] h3')).toBe('Seen in Firefox');
    expect(await firefox.evaluate('location.hash')).toBe('');

    await firefox.press('j', keys.enter);
    await expect.poll(() => text('#task-heading')).toBe('Seen in Firefox');
    await server.create(token, { title: 'Made elsewhere', description: 'Help.' });
    await expect.poll(() => text('[data-task] h3')).toBe('Made elsewhere');
    await expect.poll(() => firefox.evaluate('document.title')).toContain('2 need you');

    await firefox.press('c');
    await expect.poll(() => firefox.evaluate(`document.activeElement?.closest('dialog')?.open`)).toBe(true);
    await firefox.press(keys.escape);
    await expect.poll(() => firefox.evaluate(`document.querySelector('dialog')`)).toBe(undefined);
  } finally {
    await firefox.screenshot(info.outputPath('firefox.png'));
    await firefox.stop();
  }
});
