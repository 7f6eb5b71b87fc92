/**
 * A page for tests: everything is real but the server, which is a few answers held in memory. Files
 * that use it also say `vi.mock('../api/socket', () => import('./testing.socket'))`.
 */
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { MemoryRouter, useLocation } from 'react-router';
import { vi } from 'vitest';
import type { Features, Me, Problem, TaskView } from '../api/types';
import { WebSocketProvider } from '../context/WebSocketContext';
import type { Message } from '../store/message';
import { dashboardState, summary } from '../testing';
import { sockets } from './testing.socket';

export interface Call {
  method: string;
  path: string;
  body: unknown;
  headers: Headers;
}

export class FakeServer {
  tasks: TaskView[] = [];
  calls: Call[] = [];
  me: Me = { id: 'alice', name: 'Alice', roles: ['member'], teams: ['payments'], repos: null, expiresAt: '2036-11-20T17:24:00.000Z' };
  features: Features = { websocket: true, sse: true, pollIntervalMs: 5000, protocolVersion: 1, demo: false };
  /** What a write answers instead of the task. */
  refusal: Problem | null = null;
  /** The same, by what is asked. */
  refuse: (call: Call) => Problem | null = () => this.refusal;
  reachable = true;
  /** Writes are answered once it is through. */
  hold: Promise<void> = Promise.resolve();
  /** Reads are answered once this is through. */
  reading: (path: string) => Promise<void> = () => Promise.resolve();
  /** From which task on lists cannot be read, if there is such a one. */
  lastPage: number | null = null;
  /** Why they cannot. */
  unreadable: Problem = problem('store_unavailable', 503);

  constructor() {
    sockets.opens = true;
    vi.stubGlobal('fetch', (path: string, init: RequestInit = {}) => this.#answer(path, init));
  }

  /** Tells the page something, as over the socket. */
  say(message: Message): void {
    sockets.listener?.said(message);
  }

  /** Ends the page's connection. */
  drop(code: string): void {
    sockets.listener?.closed({ code });
  }

  writes(): Call[] {
    return this.calls.filter(({ method }) => method !== 'GET');
  }

  #answer(path: string, init: RequestInit): Promise<Response> {
    const { method = 'GET', body } = init;
    const call: Call = { method, path, body: typeof body === 'string' ? JSON.parse(body) : null, headers: new Headers(init.headers) };
    this.calls.push(call);
    if (!this.reachable) return Promise.reject(new TypeError('Failed to fetch'));
    const { pathname, searchParams } = new URL(path, 'http://localhost');
    if (method === 'GET') return this.reading(path).then(() => this.#route(pathname, searchParams, method));
    return this.hold.then(() => {
      const refusal = this.refuse(call);
      return refusal ? json(refusal, refusal.status) : this.#route(pathname, searchParams, method);
    });
  }

  #route(path: string, query: URLSearchParams, method: string): Response {
    if (path === '/api/me') return json(this.me);
    if (path === '/api/features') return json(this.features);
    if (path === '/api/tasks/stats') return json({ counts: dashboardState().counts, openCount: 0, lastActivityAt: null });
    if (path === '/api/tasks' && method === 'POST') return json(this.tasks[0] ?? summary(), 201);
    if (path === '/api/tasks') {
      const wanted = query.getAll('status');
      const by = query.get('creator');
      const tasks = this.tasks.filter(({ status, creator }) =>
        (wanted.length === 0 || wanted.includes(status)) && (by === null || creator.id === by));
      const from = Number(query.get('cursor') ?? 0);
      const to = from + Number(query.get('limit') ?? 50);
      if (this.lastPage !== null && from >= this.lastPage) return json(this.unreadable, this.unreadable.status);
      return json({ tasks: tasks.slice(from, to), nextCursor: to < tasks.length ? `${to}` : null });
    }
    const found = this.tasks.find(({ taskId }) => path.split('/')[3] === taskId);
    if (found && path.endsWith('/events')) {
      return json({ events: found.events.filter(({ version }) => version > Number(query.get('after'))), version: found.version });
    }
    return found ? json(found) : json({ ...problem('not_found', 404), detail: 'There is no such task' }, 404);
  }
}

export function problem(code: Problem['code'], status: number, changes: Partial<Problem> = {}): Problem {
  return { type: 'about:blank', title: code, status, code, detail: 'It was refused', requestId: 'r1', ...changes };
}

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
}

/** Shows `ui` at an address, logged in as Alice or somebody else. */
export function openPage(ui: ReactNode, address = '/', user = 'alice') {
  return render(
    <MemoryRouter initialEntries={[address]}>
      <WebSocketProvider user={user}>{ui}</WebSocketProvider>
      <Address />
    </MemoryRouter>,
  );
}

function Address() {
  const { pathname, search, hash } = useLocation();
  return <output aria-label="address">{pathname + search + hash}</output>;
}
