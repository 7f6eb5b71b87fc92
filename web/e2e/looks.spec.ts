/** Looks, keyboard, accessibility and small screens. */
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, expectLive, good, logIn, row, test } from './page';
import type { Server } from './server';

let filled: Promise<string> | null = null;

/** Some tasks to look at: one that needs answers, some that failed. */
function fill(server: Server): Promise<string> {
  filled ??= (async () => {
    const token = await server.token('alice', 'Alice');
    await server.create(token, { title: 'It is broken', description: 'Please fix.' });
    for (const title of ['Fix payment bug', 'Export drops the last line', `Unbreakable${'Word'.repeat(30)}`]) {
      await server.create(token, { title, description: `${good}\n\n    ${'one line of code '.repeat(20)}` });
    }
    return token;
  })();
  return filled;
}

/** Reports of what the page's policy forbade, and of what broke. */
function complaints(page: Page): string[] {
  const heard: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') heard.push(message.text());
  });
  page.on('pageerror', (error) => heard.push(error.message));
  return heard;
}

async function serious(page: Page): Promise<string[]> {
  // What moves in is judged once it has arrived.
  await page.evaluate(() => Promise.all(document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations === 1).map(({ finished }) => finished)));
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary ?? ''}`));
}

/** How far the page, or a pane of it, is wider than its place. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const panes = [document.documentElement, ...document.querySelectorAll('[data-scroller]')];
    return Math.max(...panes.map((pane) => pane.scrollWidth - pane.clientWidth));
  });
}

const open = {
  list: async (page: Page) => { await expect(row(page, 'Fix payment bug')).toContainText('Failed'); },
  board: async (page: Page) => {
    await page.keyboard.press('g');
    await page.keyboard.press('b');
    await expect(page.getByRole('region', { name: /^Failed/ }).getByRole('link', { name: 'Fix payment bug' })).toBeVisible();
  },
  detail: async (page: Page) => {
    await page.getByRole('link', { name: 'It is broken' }).click();
    await expect(page.getByRole('button', { name: /Send answers?/ })).toBeVisible();
  },
  'new task': async (page: Page) => {
    await page.keyboard.press('c');
    await expect(page.getByRole('dialog', { name: 'New task' }).getByLabel('Title')).toBeFocused();
    await page.getByText('Repository, labels, who sees it').click();
  },
  filter: async (page: Page) => {
    await page.getByRole('button', { name: 'Filter' }).click();
    await expect(page.getByRole('dialog', { name: 'Filter the tasks' })).toBeVisible();
  },
  palette: async (page: Page) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('payment');
    await expect(page.getByRole('option', { name: /Fix payment bug/ })).toBeVisible();
  },
  shortcuts: async (page: Page) => {
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  },
  settings: async (page: Page) => {
    await page.getByRole('button', { name: /^Alice/ }).click();
    await page.getByRole('menuitem', { name: 'Notifications…' }).click();
    await expect(page.getByRole('dialog', { name: 'Notifications' })).toBeVisible();
  },
};

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [name, show] of Object.entries(open)) {
    test(`the ${name} can be used by everybody, in ${colorScheme}`, async ({ page, server }) => {
      await fill(server);
      const heard = complaints(page);
      await page.emulateMedia({ colorScheme });
      await logIn(page, server, 'alice', 'Alice');
      await expect(row(page, 'It is broken')).toContainText('Needs answers');
      await show(page);
      expect(await serious(page)).toEqual([]);
      expect(heard).toEqual([]);
    });
  }

  test(`the door can be used by everybody, in ${colorScheme}`, async ({ page, server }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto(server.url);
    await expect(page.getByRole('heading', { name: 'Log in' })).toBeVisible();
    expect(await serious(page)).toEqual([]);
  });
}

const mostTabs = 30;

/** Goes on by Tab until it has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  const isThere = () => target.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < mostTabs && !(await isThere()); presses += 1) await page.keyboard.press('Tab');
  await expect(target).toBeFocused();
}

test('everything is done by keyboard: find, open, answer, comment, close', async ({ page, server }) => {
  const token = await fill(server);
  await server.create(token, { title: 'By keyboard alone', description: 'Help.' });
  await logIn(page, server, 'alice', 'Alice');
  await expect(row(page, 'By keyboard alone')).toContainText('Needs answers');

  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the tasks' })).toBeFocused();
  await page.keyboard.press('/');
  await page.keyboard.type('keyboard alone');
  await expect(page).toHaveURL(/q=keyboard\+alone/);
  await expect(page.getByRole('article')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(page).not.toHaveURL(/q=/);

  await page.keyboard.press('j');
  await expect(page.getByRole('link', { name: 'By keyboard alone' })).toBeFocused();
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'By keyboard alone', level: 2 })).toBeFocused();

  for (const field of await page.getByRole('form', { name: /This needs/ }).getByRole('textbox').all()) {
    await tabTo(page, field);
    await page.keyboard.type('Since Monday');
  }
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('region', { name: 'Timeline' }).getByText('answered', { exact: true })).toBeVisible();

  await tabTo(page, page.getByLabel('Comment'));
  await page.keyboard.type('Written without a mouse');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('region', { name: 'Timeline' }).getByText('Written without a mouse')).toBeVisible();

  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('link', { name: 'By keyboard alone' })).toBeFocused();
});

test('the board is gone through by keyboard, also where a column is out of sight', async ({ page, server }) => {
  await fill(server);
  await page.setViewportSize({ width: 1280, height: 600 });
  await logIn(page, server, 'alice', 'Alice');
  await expect(row(page, 'It is broken')).toContainText('Needs answers');
  await open.board(page);
  const failed = page.getByRole('region', { name: /^Failed/ });
  await expect(failed).not.toBeInViewport({ ratio: 1 });

  await page.keyboard.press('/');
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  const first = page.getByRole('region', { name: /^Needs answers/ }).getByRole('link').first();
  await expect(first).toBeFocused();
  // Past what other tests have left in between.
  await expect(async () => {
    await page.keyboard.press('l');
    expect(await failed.evaluate((column) => column.contains(document.activeElement))).toBe(true);
  }).toPass();
  const [upper, lower] = [failed.getByRole('link').nth(0), failed.getByRole('link').nth(1)];
  await expect(upper).toBeFocused();
  await expect(failed).toBeInViewport({ ratio: 0.99 });
  await page.keyboard.press('ArrowDown');
  await expect(lower).toBeFocused();
  expect(await lower.evaluate((link) => link.matches(':focus-visible'))).toBe(true);
  const title = (link: Locator) => link.innerText();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: await title(lower), level: 2 })).toBeVisible();
  // Beside it the next one opens at once.
  await page.keyboard.press('k');
  await expect(page.getByRole('heading', { name: await title(upper), level: 2 })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(upper).toBeFocused();
});

test('a dialog holds the focus and gives it back', async ({ page, server }) => {
  await fill(server);
  await logIn(page, server, 'alice', 'Alice');
  const button = page.getByRole('button', { name: 'New task' });
  await button.click();
  const dialog = page.getByRole('dialog', { name: 'New task' });
  await expect(dialog.getByLabel('Title')).toBeFocused();
  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press('Tab');
    expect(await dialog.evaluate((element) => element.contains(document.activeElement) || document.activeElement === document.body)).toBe(true);
  }
  await dialog.getByLabel('Title').click();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(button).toBeFocused();
});

for (const [width, height] of [[320, 640], [768, 1024], [3840, 2160]] as const) {
  test(`the page fits ${width} × ${height}`, async ({ page, server }) => {
    await fill(server);
    await page.setViewportSize({ width, height });
    await page.goto(`${server.url}/#token=${await server.token('alice', 'Alice')}`);
    const link = page.getByRole('link', { name: /^Unbreakable/ });
    await expect(link).toBeVisible();
    expect(await overflow(page)).toBeLessThanOrEqual(0);

    await link.click();
    await expect(page.getByRole('heading', { level: 2, name: /^Unbreakable/ })).toBeVisible();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    // A small screen shows one pane at a time.
    if (width < 1024) {
      await expect(link).toBeHidden();
      await page.getByRole('button', { name: 'Back' }).click();
      await expect(link).toBeFocused();
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.getByRole('dialog', { name: 'Menu' }).getByRole('link', { name: /^Failed/ }).click();
      await expect(page.getByRole('dialog', { name: 'Menu' })).toHaveCount(0);
      await expect(page).toHaveURL(/status=failed/);
      expect(await serious(page)).toEqual([]);
    } else {
      await expect(link).toBeVisible();
    }
  });
}

test('a phone has everything of the account menu: theme, notifications, the way out', async ({ page, server }) => {
  await fill(server);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`${server.url}/#token=${await server.token('alice', 'Alice')}`);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  const drawer = page.getByRole('dialog', { name: 'Menu' });
  const account = async () => {
    await page.getByRole('button', { name: 'Menu' }).click();
    await drawer.getByRole('button', { name: /^Alice/ }).click();
  };

  await account();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  expect(await ground()).not.toBe(light);
  await drawer.getByRole('button', { name: /^Alice/ }).click();
  expect(await serious(page)).toEqual([]);
  await page.getByRole('menuitem', { name: 'Notifications…' }).click();
  const notifications = page.getByRole('dialog', { name: 'Notifications' });
  await notifications.getByRole('button', { name: 'Close' }).click();
  await expect(notifications).toHaveCount(0);

  // Escape closes one thing at a time.
  await drawer.getByRole('button', { name: /^Alice/ }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(drawer).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(drawer).toHaveCount(0);

  await account();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await expect(page.getByRole('heading', { name: 'Log in' })).toBeVisible();
});

test('who wants no motion sees none', async ({ page, server }) => {
  const token = await fill(server);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await logIn(page, server, 'alice', 'Alice');
  await server.create(token, { title: 'Nothing moves', description: good });
  await expect(row(page, 'Nothing moves')).toContainText('Failed');
  const moving = await page.evaluate(() =>
    document.getAnimations().flatMap(({ effect }) => (effect instanceof KeyframeEffect ? effect.getKeyframes() : []))
      .filter((frame) => 'translate' in frame || 'rotate' in frame || 'opacity' in frame).length,
  );
  expect(moving).toBe(0);
});

test('the theme that was chosen stays, whatever the system says', async ({ page, server }) => {
  await fill(server);
  await page.emulateMedia({ colorScheme: 'light' });
  await logIn(page, server, 'alice', 'Alice');
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: /^Alice/ }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  expect(await ground()).not.toBe(light);
  await page.reload();
  await expectLive(page);
  expect(await ground()).not.toBe(light);
});

test('a link to an entry leads to it', async ({ page, server }) => {
  const token = await fill(server);
  const { taskId } = await server.create(token, { title: 'Much was said', description: 'Help.' });
  await logIn(page, server, 'alice', 'Alice');
  await page.goto(`${server.url}/tasks/${taskId}#v2`);
  await expect(page.locator('#v2')).toBeFocused();
  await expect(page.locator('#v2')).toHaveAttribute('aria-current', 'location');
});

test('whoever reads above is left there, and told how many are new', async ({ page, server }) => {
  const token = await fill(server);
  await page.setViewportSize({ width: 1280, height: 500 });
  const { taskId } = await server.create(token, { title: 'A long talk', description: `${good}\n\n`.repeat(4) });
  await logIn(page, server, 'alice', 'Alice');
  await page.goto(`${server.url}/tasks/${taskId}`);
  await expect(page.getByRole('region', { name: 'Timeline' })).toContainText('could not go on');
  await server.comment(token, taskId, 'Are you there?');
  await page.getByRole('button', { name: 'Go to the new entry' }).click();
  await expect(page.getByText('Are you there?')).toBeInViewport();

  // Who is at the end follows.
  await page.getByLabel('Comment').scrollIntoViewIfNeeded();
  for (let said = 1; said <= 5; said += 1) await server.comment(token, taskId, `Still there? ${said}`);
  await expect(page.getByText('Still there? 5')).toBeInViewport();
  await expect(page.getByRole('button', { name: /Go to the/ })).toHaveCount(0);
});
