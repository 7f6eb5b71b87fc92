/** The real program, started in a fresh folder on a free port. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { TaskView } from '../src/api/types';

const program = path.resolve(process.env.TASKWIRE_BIN ?? '../target/debug/taskwire');
const startSeconds = 60;

export interface NewTask {
  title: string;
  description?: string;
  visibility?: 'everyone' | 'team' | 'private';
}

export class Server {
  #child: ChildProcess | null = null;
  #port = '0';
  url = '';

  private constructor(
    private readonly folder: string,
    private readonly secret: string,
  ) {}

  static async start(): Promise<Server> {
    const folder = await mkdtemp(path.join(tmpdir(), 'taskwire-e2e-'));
    const server = new Server(folder, 'end-to-end-tests-only-'.repeat(3));
    await server.run();
    return server;
  }

  /** Starts the program, again at the same address if it ran before, and waits until it is ready. */
  async run(): Promise<void> {
    const child = spawn(program, ['serve'], { env: this.#env(), cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.url = await listening(child);
    this.#port = new URL(this.url).port;
  }

  /** Ends the program and waits until it has ended. */
  async halt(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child) return;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    const kill = setTimeout(() => child.kill('SIGKILL'), 15_000);
    child.kill('SIGTERM');
    await exit;
    clearTimeout(kill);
  }

  async stop(): Promise<void> {
    await this.halt();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A token, as an operator makes one. */
  async token(id: string, name: string): Promise<string> {
    const args = ['token', '--sub', id, '--name', name, '--role', 'member'];
    const { stdout } = await promisify(execFile)(program, args, { env: this.#env(), cwd: this.folder });
    return stdout.trim();
  }

  /** Creates a task, as curl would. */
  async create(token: string, task: NewTask): Promise<TaskView> {
    const response = await fetch(`${this.url}/api/tasks`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(task),
    });
    if (response.status !== 201) throw new Error(`create: ${response.status} ${await response.text()}`);
    return (await response.json()) as TaskView;
  }

  /** Nothing of the caller's own set-up: no GitHub, no MongoDB. */
  #env(): NodeJS.ProcessEnv {
    const { PATH, HOME, RUST_LOG } = process.env;
    return {
      PATH,
      HOME,
      RUST_LOG: RUST_LOG ?? 'warn',
      HOST: '127.0.0.1',
      PORT: this.#port,
      DATA_DIR: path.join(this.folder, 'data'),
      JWT_SECRET: this.secret,
    };
  }
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (why: string) => {
      clearTimeout(patience);
      child.kill('SIGKILL');
      reject(new Error(`${program} serve: ${why}\n${said}`));
    };
    const patience = setTimeout(() => { fail(`not ready after ${startSeconds} s`); }, startSeconds * 1000);
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const url = /^listening on (http:\/\/\S+)\r?$/m.exec(said)?.[1];
      if (!url) return;
      clearTimeout(patience);
      child.stdout?.off('data', hear);
      child.stdout?.resume();
      resolve(url);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', (chunk: Buffer) => { said = (said + chunk.toString()).slice(-20_000); });
    child.once('error', (error) => { fail(error.message); });
    child.once('exit', (code, signal) => { fail(`ended with ${code ?? signal ?? ''}`); });
  });
}
