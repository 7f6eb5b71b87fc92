/**
 * The WebKit of the system, by WebDriver. Playwright drives only a WebKit of its own making, which no
 * distribution has; this is the one that Debian builds, in the little browser that comes with it, on a
 * screen that nobody sees.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { presses, type Browser } from './smoke';

const driver = process.env.WEBKIT_DRIVER ?? 'WebKitWebDriver';
const patienceMs = 60_000;

export class WebKit implements Browser {
  #session = '';

  private constructor(
    private readonly url: string,
    private readonly children: readonly ChildProcess[],
  ) {}

  static async start(): Promise<WebKit> {
    const screen = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(screen, 'spawn');
    const [display] = (await once(screen.stdout, 'data')) as [Buffer];
    const port = await freePort();
    const child = spawn(driver, [`--port=${port}`], { env: { ...process.env, DISPLAY: `:${display.toString().trim()}` }, stdio: 'ignore' });
    const webkit = new WebKit(`http://127.0.0.1:${port}/session`, [child, screen]);
    await once(child, 'spawn');
    await webkit.#open();
    return webkit;
  }

  async goto(url: string): Promise<void> {
    await this.#ask('POST', '/url', { url });
  }

  async evaluate(expression: string): Promise<unknown> {
    const value = await this.#ask('POST', '/execute/sync', { script: `return ${expression}`, args: [] });
    return value ?? undefined;
  }

  async press(...pressed: string[]): Promise<void> {
    await this.#ask('POST', '/actions', { actions: presses(pressed) });
  }

  async screenshot(file: string): Promise<void> {
    await writeFile(file, Buffer.from(String(await this.#ask('GET', '/screenshot')), 'base64'));
  }

  async stop(): Promise<void> {
    await this.#ask('DELETE', '');
    for (const child of this.children) {
      const exit = once(child, 'exit');
      child.kill();
      await exit;
    }
  }

  /** Opens the browser, once the driver listens. */
  async #open(): Promise<void> {
    const until = Date.now() + patienceMs;
    for (;;) {
      try {
        const { sessionId } = (await this.#ask('POST', '', { capabilities: {} })) as { sessionId: string };
        this.#session = `/${sessionId}`;
        return;
      } catch (error) {
        if (!(error instanceof TypeError) || Date.now() > until) throw error;
        await setTimeout(50);
      }
    }
  }

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}${this.#session}${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    const { value } = (await response.json()) as { value: unknown };
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value)}`);
    return value;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
