/** The real program, started in a fresh folder on a free port. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { TaskSummary, TaskView } from '../src/api/types';

const program = path.resolve(process.env.TASKWIRE_BIN ?? '../target/debug/taskwire');
const startSeconds = 60;
const webhookSecret = 'webhooks-of-end-to-end-tests';

export interface NewTask {
  title: string;
  description?: string;
  visibility?: 'everyone' | 'team' | 'private';
}

/** Names and values of the environment, over the ones that tests have. */
export type Settings = Record<string, string>;

export class Server {
  #child: ChildProcess | null = null;
  #settings: Settings = {};
  #arguments: string[] = [];
  /** In demo mode: whoever opens it is logged in. */
  loginLink = '';
  #port = '0';
  url = '';

  private constructor(
    private readonly folder: string,
    private readonly secret: string,
  ) {}

  static async start(settings: Settings = {}): Promise<Server> {
    const folder = await mkdtemp(path.join(tmpdir(), 'taskwire-e2e-'));
    const server = new Server(folder, 'end-to-end-tests-only-'.repeat(3));
    await server.run(settings);
    return server;
  }

  /** In demo mode, where things happen by themselves: `times` as fast as usual. */
  static async demo(times: number, settings: Settings = {}): Promise<Server> {
    const folder = await mkdtemp(path.join(tmpdir(), 'taskwire-e2e-'));
    const server = new Server(folder, 'end-to-end-tests-only-'.repeat(3));
    server.#arguments = ['--demo'];
    await server.run({ TASKWIRE__DEMO__SPEED: `${times}`, ...settings });
    return server;
  }

  /** Starts the program, again at the same address if it ran before, and waits until it is ready. */
  async run(settings: Settings = {}): Promise<void> {
    this.#settings = settings;
    const child = spawn(program, ['serve', ...this.#arguments], { env: this.#env(), cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const linked = this.#arguments.length > 0 ? said(child, /(http:\/\/\S+\/#token=\S+)/) : '';
    this.url = await said(child, /^listening on (http:\/\/\S+)\r?$/m);
    this.loginLink = await linked;
    this.#port = new URL(this.url).port;
  }

  /** Ends the program as a power cut would. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  /** Ends the program and waits until it has ended. */
  async halt(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child) return;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    const kill = globalThis.setTimeout(() => child.kill('SIGKILL'), 15_000);
    child.kill('SIGTERM');
    await exit;
    clearTimeout(kill);
  }

  async stop(): Promise<void> {
    await this.halt();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A token, as an operator makes one. */
  async token(id: string, name: string, { ttl = '12h', role = 'member' } = {}): Promise<string> {
    const args = ['token', '--sub', id, '--name', name, '--role', role, '--ttl', ttl];
    const { stdout } = await promisify(execFile)(program, args, { env: this.#env(), cwd: this.folder });
    return stdout.trim();
  }

  /** Creates a task, as curl would. */
  create(token: string, task: NewTask): Promise<TaskView> {
    return this.post(token, '/api/tasks', task) as Promise<TaskView>;
  }

  comment(token: string, taskId: string, text: string): Promise<TaskView> {
    return this.post(token, `/api/tasks/${taskId}/comments`, { text }) as Promise<TaskView>;
  }

  edit(token: string, { taskId, version }: Pick<TaskSummary, 'taskId' | 'version'>, changes: Partial<NewTask>): Promise<TaskView> {
    return this.#ask('PATCH', `/api/tasks/${taskId}`, token, changes, { 'If-Match': `"${version}"` }) as Promise<TaskView>;
  }

  /** Makes many tasks of one, by the way that leads from one store to another. */
  async fill(token: string, count: number): Promise<void> {
    const titled = (n: number) => `Task ${`${n}`.padStart(5, '0')}`;
    const { taskId } = await this.create(token, { title: titled(0), description: 'Thin.' });
    while ((await this.task(token, taskId)).status !== 'clarification_needed') await setTimeout(100);
    await this.halt();
    const line = await this.#transfer('export', '');
    const lines = Array.from({ length: count - 1 }, (_, n) => line.replaceAll(taskId, idBefore(taskId, n + 1)).replaceAll(titled(0), titled(n + 1)));
    await this.#transfer('import', lines.join(''));
    await this.run(this.#settings);
  }

  /** Runs `export` or `import` to its end; gives what it printed. */
  async #transfer(command: 'export' | 'import', input: string): Promise<string> {
    const child = spawn(program, [command], { env: this.#env(), cwd: this.folder, stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => { output += chunk.toString(); });
    child.stdin.end(input);
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${program} ${command}: ended with ${code ?? 'a signal'}`);
    return output;
  }

  /** Every task that the token's user may see, as REST tells it. */
  async tasks(token: string): Promise<TaskSummary[]> {
    const tasks: TaskSummary[] = [];
    let cursor: string | null = null;
    do {
      const more: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = (await this.#ask('GET', `/api/tasks?limit=200&sort=-createdAt${more}`, token)) as {
        tasks: TaskSummary[];
        nextCursor: string | null;
      };
      tasks.push(...page.tasks);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return tasks;
  }

  async task(token: string, taskId: string): Promise<TaskView> {
    return (await this.#ask('GET', `/api/tasks/${taskId}`, token)) as TaskView;
  }

  post(token: string, path: string, body: object): Promise<unknown> {
    return this.#ask('POST', path, token, body);
  }

  /** Tells of a pull request for the task, as GitHub does. */
  async pull(action: 'opened' | 'closed', taskId: string, { number = 1, merged = false } = {}): Promise<void> {
    const repo = { id: 7, full_name: 'acme/shop', private: false };
    const now = new Date(Date.now() + (action === 'closed' ? 1000 : 0)).toISOString().replace(/\.\d+Z/, 'Z');
    const body = JSON.stringify({
      action,
      repository: repo,
      sender: { id: 9, login: 'octocat' },
      pull_request: {
        number,
        html_url: `https://github.com/acme/shop/pull/${number}`,
        title: 'Mend it',
        body: `taskwire:${taskId}`,
        user: { id: 9, login: 'octocat' },
        author_association: 'MEMBER',
        state: action === 'opened' ? 'open' : 'closed',
        draft: false,
        merged,
        merged_at: merged ? now : null,
        merge_commit_sha: merged ? '1'.repeat(40) : null,
        head: { ref: 'mend', sha: '2'.repeat(40), repo },
        base: { ref: 'main', sha: '0'.repeat(40), repo },
        created_at: now,
        updated_at: now,
      },
    });
    const signature = createHmac('sha256', webhookSecret).update(body).digest('hex');
    const response = await fetch(`${this.url}/api/webhooks/github`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-GitHub-Event': 'pull_request',
        'X-GitHub-Delivery': randomUUID(),
        'X-Hub-Signature-256': `sha256=${signature}`,
      },
      body,
    });
    const answer = await response.text();
    if (response.status !== 202 || !answer.includes('applied')) throw new Error(`webhook: ${response.status} ${answer}`);
  }

  async #ask(method: string, path: string, token: string, body?: object, headers = {}): Promise<unknown> {
    const response = await fetch(this.url + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? null : response.json();
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
      GITHUB_REPO: 'acme/shop',
      GITHUB_WEBHOOK_SECRET: webhookSecret,
      // Tests do more in a second than people do.
      TASKWIRE__LIMITS__HTTP_WRITES_PER_MINUTE_PER_USER: '1000000',
      TASKWIRE__LIMITS__HTTP_WRITES_BURST: '10000',
      TASKWIRE__LIMITS__HTTP_READS_PER_SECOND_PER_USER: '10000',
      TASKWIRE__LIMITS__HTTP_READS_BURST: '10000',
      ...this.#settings,
    };
  }
}

/** An id like another, of a moment that many milliseconds earlier. */
function idBefore(id: string, milliseconds: number): string {
  const [high = '', low = '', ...rest] = id.split('-');
  const time = (Number.parseInt(high + low, 16) - milliseconds).toString(16).padStart(12, '0');
  return [time.slice(0, 8), time.slice(8), ...rest].join('-');
}

/** What the program says that matches. */
function said(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (why: string) => {
      clearTimeout(patience);
      child.kill('SIGKILL');
      reject(new Error(`${program} serve: ${why}\n${output}`));
    };
    const patience = globalThis.setTimeout(() => { fail(`not ready after ${startSeconds} s`); }, startSeconds * 1000);
    const hear = (chunk: Buffer) => {
      output += chunk.toString();
      const found = wanted.exec(output)?.[1];
      if (found === undefined) return;
      clearTimeout(patience);
      child.stdout?.off('data', hear);
      child.stdout?.resume();
      resolve(found);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', (chunk: Buffer) => { output = (output + chunk.toString()).slice(-20_000); });
    child.once('error', (error) => { fail(error.message); });
    child.once('exit', (code, signal) => { fail(`ended with ${code ?? signal ?? ''}`); });
  });
}
