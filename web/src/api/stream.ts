/** Server-Sent Events, read by fetch because they need the bearer header. One stream for the page. */
import { asMessage, movesCounts } from '../store/message';
import { refusalOf, type Client } from './client';
import { followByAsking } from './asking';
import type { Transport, TransportListener } from './transport';
import type { AuthExpiring, ConnectionAck, Draining, ErrorEvent } from './types';

/** The server says something every 15 s: after three silences nobody is there. */
const silenceMs = 45_000;
/** The first thing that the server says: what keeps it back for so long keeps everything back. */
const ackMs = 10_000;
/** One silence may be a busy network: after that a probe takes nobody to be there. */
const probeMs = 20_000;
/** The counts are asked for again after so long, then after twice as long, if they have moved meanwhile. */
const recountMs = 1000;
const seldomMs = 16_000;

export function openStream(client: Client, listener: TransportListener): Transport {
  const following = followByAsking(client, listener);
  const abort = new AbortController();
  let over = false;
  let why: string | null = null;
  let waitMs: number | undefined;
  let heardAt = Number.NEGATIVE_INFINITY;
  let recounting = false;
  let moved = false;
  let recountTimer: ReturnType<typeof setTimeout> | undefined;
  let ackTimer: ReturnType<typeof setTimeout> | undefined;

  const close = () => {
    over = true;
    clearTimeout(recountTimer);
    clearTimeout(ackTimer);
    abort.abort();
    following.stop();
  };
  const end = (code: string, retryAfterMs?: number) => {
    if (over) return;
    close();
    listener.closed(retryAfterMs === undefined ? { code } : { code, retryAfterMs });
  };

  const heard = () => {
    heardAt = Date.now();
    listener.heard();
  };
  const hear = (event: string, payload: unknown) => {
    const message = asMessage(event, payload);
    if (message) {
      if (movesCounts(message)) moved = true;
      listener.said(message);
      following.heard(message);
      return;
    }
    switch (event) {
      case 'connection_ack':
        clearTimeout(ackTimer);
        listener.opened();
        following.start();
        listener.acknowledged(payload as ConnectionAck);
        return;
      case 'auth:expiring':
        listener.expiring((payload as AuthExpiring).expiresInMs);
        return;
      case 'server:draining':
        why = 'draining';
        waitMs = (payload as Draining).reconnectInMs;
        return;
      case 'resync_required':
        // The stream begins with the state: a new one tells what was missed.
        end('closed');
        return;
      case 'error':
        why = (payload as ErrorEvent).code;
        waitMs = (payload as ErrorEvent).retryAfterMs;
        return;
      default:
    }
  };

  const isOver = () => over;
  /**
   * Asks for the counts until they have stood still for a while: an answer may know what is heard beside
   * it, or not, and a stream says its state only once.
   */
  const recount = async (waitMs: number) => {
    recounting = true;
    moved = false;
    const answer = await client.stats();
    if (isOver()) return;
    if (answer.ok) listener.said({ event: 'stats', payload: answer.value });
    recountTimer = setTimeout(() => {
      recounting = false;
      if (moved || !answer.ok) void recount(Math.min(seldomMs, 2 * waitMs));
    }, waitMs);
  };

  const read = async () => {
    try {
      const response = await client.stream('/api/events', abort.signal);
      if (!response.ok || !response.body) {
        const failure = await refusalOf(response);
        end(failure.code, 'retryAfterMs' in failure ? failure.retryAfterMs : undefined);
        return;
      }
      heard();
      await readEvents(response.body, silenceMs, hear, heard);
      end(why ?? 'closed', waitMs);
    } catch {
      end(why ?? 'unreachable', waitMs);
    }
  };

  return {
    kind: 'sse',
    open: () => {
      ackTimer = setTimeout(() => { end('timeout'); }, ackMs);
      void read();
    },
    close,
    join: following.join,
    leave: following.leave,
    resync: following.ask,
    resyncDashboard: () => {
      moved = true;
      if (!recounting && !over) void recount(recountMs);
    },
    refresh: () => {
      end('closed');
    },
    probe: () => Promise.resolve(Date.now() - heardAt < probeMs),
  };
}

/**
 * Reads a stream to its end and tells its events
 * (<https://html.spec.whatwg.org/multipage/server-sent-events.html>). Throws after a silence;
 * `heard` is called for whatever comes, comments included.
 */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  patienceMs: number,
  hear: (event: string, payload: unknown) => void,
  heard: () => void = () => undefined,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const split = eventSplitter((event, data) => {
    const envelope = JSON.parse(data) as { data: unknown };
    hear(event, envelope.data);
  });
  for (;;) {
    const { done, value } = await inTime(reader.read(), patienceMs, () => void reader.cancel());
    if (done) return;
    heard();
    split(decoder.decode(value, { stream: true }));
  }
}

/** Takes a stream's text in pieces and tells each event that is complete. */
export function eventSplitter(tell: (event: string, data: string) => void): (piece: string) => void {
  let rest = '';
  let event = '';
  let data: string[] = [];
  const line = (text: string) => {
    if (text === '') {
      if (data.length > 0) tell(event || 'message', data.join('\n'));
      event = '';
      data = [];
      return;
    }
    const colon = text.indexOf(':');
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    if (field === 'data') data.push(value);
  };
  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const text of lines) line(text);
  };
}

async function inTime<T>(promise: Promise<T>, ms: number, late: () => void): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('silence'));
      late();
    }, ms);
  });
  try {
    return await Promise.race([promise, patience]);
  } finally {
    clearTimeout(timer);
  }
}
