/** Runs where WebKit can be driven: see `playwright.config.ts`. */
import { test } from './page';
import { smoke } from './smoke';
import { WebKit } from './webkit';

test('WebKit shows tasks live, and is used by keyboard', async ({ fresh: server }, info) => {
  await smoke(await WebKit.start(), server, info);
});
