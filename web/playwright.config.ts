import { spawnSync } from 'node:child_process';
import { defineConfig } from '@playwright/test';

function hasWebKit(): boolean {
  return [process.env.WEBKIT_DRIVER ?? 'WebKitWebDriver', 'Xvfb'].every((program) => spawnSync('which', [program]).status === 0);
}

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Not every system has a WebKit that can be driven: `scripts/need-browsers` says so.
  testIgnore: hasWebKit() ? [] : ['webkit.spec.ts'],
  forbidOnly: Boolean(process.env.CI),
  // What passes only the second time is listed as flaky.
  retries: process.env.CI ? 2 : 0,
  // One server and one browser at a time: the machine may be small.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
