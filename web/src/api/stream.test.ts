import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../store/message';
import { noTasks } from '../store/status';
import { update } from '../testing';
import type { Answer, Client } from './client';
import { eventSplitter, openStream, readEvents } from './stream';

const unreachable: Answer<never> = { ok: false, failure: { code: 'unreachable', status: null } };

function split(...pieces: string[]): [string, string][] {
  const told: [string, string][] = [];
  const take = eventSplitter((event, data) => told.push([event, data]));
  for (const piece of pieces) take(piece);
  return told;
}

describe('a stream of events', () => {
  const text = ': hello\n\nevent: a\nid: 3\ndata: {"x":1}\n\nevent: b\r\ndata: one\r\ndata: two\r\n\r\n: still here\n\ndata: last\n\n';
  const all = [['a', '{"x":1}'], ['b', 'one\ntwo'], ['message', 'last']];

  it('is split into its events', () => {
    expect(split(text)).toEqual(all);
  });

  it('is the same wherever the network cuts it', () => {
    for (let place = 1; place < text.length; place += 1) expect(split(text.slice(0, place), text.slice(place))).toEqual(all);
    expect(split(...Array.from(text))).toEqual(all);
  });

  it('tells nothing of an event that is cut off', () => {
    expect(split('event: a\ndata: {"x"')).toEqual([]);
  });

  it('is read to its end, with characters that are cut in two', async () => {
    const bytes = new TextEncoder().encode('event: a\ndata: {"type":"a","data":{"title":"Zoë"}}\n\n');
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const heard = vi.fn();
    await readEvents(body, 1000, heard);
    expect(heard.mock.calls).toEqual([['a', { title: 'Zoë' }]]);
  });

  it('is given up after too long a silence', async () => {
    await expect(readEvents(new ReadableStream<Uint8Array>(), 10, vi.fn())).rejects.toThrow('silence');
  });
});

describe('the counts over a stream', () => {
  function opened(acknowledged = true) {
    const encoder = new TextEncoder();
    let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({ start: (controller) => { stream = controller; } });
    const server = { streams: 0, stats: [] as number[], down: false };
    const client = {
      stream: () => {
        server.streams += 1;
        return Promise.resolve(new Response(body));
      },
      stats: () => {
        server.stats.push(Date.now());
        const counts = { ...noTasks, failed: server.stats.length };
        return Promise.resolve(server.down ? unreachable : { ok: true, value: { counts, openCount: 0, lastActivityAt: null } });
      },
    } satisfies Partial<Client> as Partial<Client> as Client;
    const heard: Message[] = [];
    const nothing = () => undefined;
    const [open, closed] = [vi.fn(), vi.fn()];
    const transport = openStream(client, {
      opened: open, acknowledged: nothing, heard: nothing, missing: nothing, restarted: nothing, expiring: nothing, closed,
      said: (message) => heard.push(message),
    });
    transport.open();
    const say = (event: string, data: object) => stream?.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify({ data })}\n\n`));
    if (acknowledged) say('connection_ack', {});
    const told = () => heard.flatMap((message) => (message.event === 'stats' ? [message.payload.counts.failed] : []));
    return { transport, server, say, told, open, closed };
  }

  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); });
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it('are not waited for on a stream of which nothing comes through', async () => {
    const { open, closed } = opened(false);
    await pass(9000);
    expect(closed).not.toHaveBeenCalled();
    await pass(2000);
    expect(closed).toHaveBeenCalledExactlyOnceWith({ code: 'timeout' });
    expect(open).not.toHaveBeenCalled();
  });

  it('are asked for when they cannot be told any more, on the stream that there is', async () => {
    const { transport, server, told, closed } = opened();
    await pass(0);
    transport.resyncDashboard();
    await pass(20_000);
    expect(told()).toEqual([1]);
    expect(server.streams).toBe(1);
    expect(closed).not.toHaveBeenCalled();
    transport.close();
  });

  it('are asked for again until nothing has moved since: an answer may or may not know what is heard beside it', async () => {
    const { transport, server, say, told } = opened();
    await pass(0);
    transport.resyncDashboard();
    await pass(10);
    say('dashboard:task_list_updated', update({ previousStatus: 'created', status: 'failed' }));
    await pass(10_000);
    expect(told()).toEqual([1, 2]);
    // What moves no counts needs no asking.
    transport.resyncDashboard();
    await pass(10);
    say('dashboard:task_list_updated', update({ previousStatus: 'failed', status: 'failed', change: 'comment' }));
    await pass(10_000);
    expect(told()).toEqual([1, 2, 3]);
    expect(server.streams).toBe(1);
    transport.close();
  });

  it('are asked for less and less often while all moves, and until an answer comes, but not after the end', async () => {
    const { transport, server, say, told } = opened();
    await pass(0);
    server.down = true;
    transport.resyncDashboard();
    await pass(4000);
    server.down = false;
    for (let second = 0; second < 60; second += 1) {
      say('task:removed', { taskId: 't1' });
      transport.resyncDashboard();
      await pass(1000);
    }
    expect(told().length).toBeGreaterThan(3);
    expect(server.stats.length).toBeLessThan(15);
    transport.close();
    const asked = server.stats.length;
    await pass(60_000);
    expect(server.stats).toHaveLength(asked);
  });
});
