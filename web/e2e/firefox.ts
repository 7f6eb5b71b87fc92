/**
 * The Firefox of the system, by WebDriver BiDi. Playwright drives only a Firefox of its own making;
 * this is the little of the protocol that a smoke test needs.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import WebSocket from 'ws';
import { presses, type Browser } from './smoke';

const patienceMs = 60_000;

const program = process.env.FIREFOX ?? 'firefox-esr';

interface Answer {
  id?: number;
  result?: unknown;
  error?: string;
  message?: string;
}

export class Firefox implements Browser {
  #waiting = new Map<number, (answer: Answer) => void>();
  #last = 0;
  #context = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly profile: string,
    private readonly socket: WebSocket,
  ) {
    socket.on('message', (data: Buffer) => {
      const answer = JSON.parse(data.toString()) as Answer;
      if (answer.id !== undefined) this.#waiting.get(answer.id)?.(answer);
    });
  }

  static async start(): Promise<Firefox> {
    const profile = await mkdtemp(path.join(tmpdir(), 'taskwire-firefox-'));
    const child = spawn(program, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port=0', 'about:blank']);
    const socket = new WebSocket(`${await listening(child)}/session`);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    const firefox = new Firefox(child, profile, socket);
    await firefox.#send('session.new', { capabilities: {} });
    const { contexts } = (await firefox.#send('browsingContext.getTree', {})) as { contexts: { context: string }[] };
    firefox.#context = contexts[0]?.context ?? '';
    await firefox.#send('browsingContext.setViewport', { context: firefox.#context, viewport: { width: 1280, height: 800 } });
    return firefox;
  }

  async goto(url: string): Promise<void> {
    await this.#send('browsingContext.navigate', { context: this.#context, url, wait: 'complete' });
  }

  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.#send('script.evaluate', { expression, target: { context: this.#context }, awaitPromise: true });
    return (answer as { result?: { value?: unknown } }).result?.value;
  }

  async press(...pressed: string[]): Promise<void> {
    await this.#send('input.performActions', { context: this.#context, actions: presses(pressed) });
  }

  async screenshot(file: string): Promise<void> {
    const { data } = (await this.#send('browsingContext.captureScreenshot', { context: this.#context })) as { data: string };
    await writeFile(file, Buffer.from(data, 'base64'));
  }

  async stop(): Promise<void> {
    this.socket.close();
    const exit = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill();
    await exit;
    await rm(this.profile, { recursive: true, force: true });
  }

  #send(method: string, params: object): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error, message }) => {
        this.#waiting.delete(id);
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error} ${message ?? ''}`));
      });
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const patience = setTimeout(() => { reject(new Error(`Firefox does not listen:\n${said}`)); }, patienceMs);
    child.once('error', reject);
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const url = /WebDriver BiDi listening on (ws:\S+)/.exec(said)?.[1];
      if (url === undefined) return;
      clearTimeout(patience);
      resolve(url);
    });
  });
}
