import { describe, expect, it, vi } from 'vitest';
import { eventSplitter, readEvents } from './stream';

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
