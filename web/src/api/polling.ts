/** Asking again and again: what is left when neither a socket nor a stream can be had. */
import { followByAsking } from './asking';
import type { Client } from './client';
import type { Transport, TransportListener } from './transport';

interface PollingOptions {
  everyMs: number;
  /** Asks for what has changed in what the page shows; whether the server answered. */
  catchUp: () => Promise<{ code: string } | null>;
}

export function startPolling(client: Client, listener: TransportListener, options: PollingOptions): Transport {
  const following = followByAsking(client, listener);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  let opened = false;

  const close = () => {
    over = true;
    clearTimeout(timer);
    following.stop();
  };
  const isOver = () => over;
  const poll = async () => {
    const refused = await options.catchUp();
    if (isOver()) return;
    if (refused) {
      close();
      listener.closed(refused);
      return;
    }
    listener.heard();
    if (opened) {
      following.askAll();
    } else {
      opened = true;
      listener.opened();
      following.start();
    }
    timer = setTimeout(() => void poll(), options.everyMs);
  };

  return {
    kind: 'polling',
    open: () => void poll(),
    close,
    join: following.join,
    leave: following.leave,
    resync: following.ask,
    resyncDashboard: () => undefined,
    refresh: () => undefined,
    // It asks all the time, and hears when nobody answers.
    probe: () => Promise.resolve(true),
  };
}
