import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // FIREFOX names the program, as in `FIREFOX=firefox-esr npm run e2e`.
  testIgnore: process.env.FIREFOX ? [] : ['firefox.spec.ts'],
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
