import { Firefox } from './firefox';
import { test } from './page';
import { smoke } from './smoke';

test('Firefox shows tasks live, and is used by keyboard', async ({ fresh: server }, info) => {
  await smoke(await Firefox.start(), server, info);
});
