/** Everything the page has for one user: made when they log in, gone when they log out. */
import { hashKey, QueryClient } from '@tanstack/react-query';
import { CallFailed, failureOf, isPassing, patience } from '../api/answers';
import { createTaskCache } from '../api/cache';
import { listKey, overviewKey, roomKey, type TaskCache } from '../api/taskCache';
import { createClient, type Answer, type Client } from '../api/client';
import { createLive, type Live } from '../api/live';
import { startPolling } from '../api/polling';
import { openSocket } from '../api/socket';
import { openStream } from '../api/stream';
import type { Transport, TransportListener } from '../api/transport';
import type { Features, Me } from '../api/types';
import type { Database } from '../offline/database';
import { keep, restore } from '../offline/kept';
import { createOutbox, type Outbox } from '../offline/outbox';
import { remedyFor, type Connection, type TransportKind } from '../store/connection';
import { freshness, type Freshness } from '../store/freshness';
import type { TaskRows } from '../store/list';
import type { Notice } from '../store/notices';
import { cell, type Observable } from '../store/observable';
import { beforeOf } from '../store/outbox';
import type { Room } from '../store/room';
import { createLogin, type Login } from './login';
import { createTelling } from './telling';
import { endOf } from './token';

interface Reach {
  /** Whether the server answered when it was last asked. */
  reachable: boolean;
  /** Since when, on the page's clock. */
  since: number;
}

export interface Workspace {
  user: string;
  client: Client;
  queries: QueryClient;
  cache: TaskCache;
  live: Live;
  outbox: Outbox;
  login: Login;
  reach: Observable<Reach>;
  freshness: Observable<Freshness>;
  /** Calls `listener` with each notice, once; returns the undo. */
  onNotice: (listener: (notice: Notice) => void) => () => void;
  /** Calls `listener` whenever the page is connected again; returns the undo. */
  onReconnect: (listener: () => void) => () => void;
  /** Goes on with another token of the user. */
  tokenChanged: (token: string) => void;
  /** Sees to it that the page has at least this version of a task. */
  need: (taskId: string, version: number) => void;
  stop: () => void;
}

interface WorkspaceOptions {
  user: string;
  token: () => string;
  /** Another token of this user takes the place of the one there is. */
  replaceToken: (token: string) => void;
  database: Database;
}

/** How often the page looks whether its features have changed. */
const featuresMs = 60_000;
const defaultPollMs = 5000;
/** After a reconnect lists are compared with the server's at a moment of chance, not all at once. */
const compareMs = 3000;

export const meKey = ['me'];
export const featuresKey = ['features'];

/** Opens what was kept of the user's last visit, and goes on from there. */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const { user, token, database } = options;
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < 4 && error instanceof CallFailed && isPassing(error.failure),
        retryDelay: (failures, error) => patience(failureOf(error), failures + 1),
        // What the browser thinks of the network is not asked: the server may be on this machine.
        networkMode: 'always',
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // Rows and rooms keep their identity by themselves.
        structuralSharing: false,
        gcTime: 5 * 60_000,
      },
    },
  });
  const kept = await restore(database, user, queries);

  const reach = cell<Reach>({ reachable: true, since: Date.now() });
  const reached = (reachable: boolean) => {
    if (reach.get().reachable === reachable) return;
    reach.set({ reachable, since: Date.now() });
    if (reachable) outbox.wake();
  };
  const client = createClient({ token, reached });
  const telling = createTelling({ client, database, user });
  const catchingUp = cell(true);
  let wasLive = false;
  /** When the server was last heard while nothing was missing; it stands while something is. */
  const trueAt = cell<number | null>(kept?.savedAt ?? null);
  let heardAt = Date.now();
  const reconnectListeners = new Set<() => void>();
  const undo: (() => void)[] = [];
  let catchUps = 0;
  let catchUpFailures = 0;
  /** What was missed cannot be had with this token, however long the page waits. */
  let isRefused = false;
  let catchUpTimer: ReturnType<typeof setTimeout> | undefined;
  let compareTimer: ReturnType<typeof setTimeout> | undefined;

  const cache = createTaskCache({
    queries,
    client,
    me: user,
    knownUntil: kept?.knownUntil ?? null,
    onGap: (taskId, version) => { live.resync(taskId, version); },
    onReturn: (taskId) => { live.rejoin(taskId); },
    onStaleCounts: () => { live.resyncDashboard(); },
    onNotices: (notices) => void telling.tell(notices),
    onUnsureNotices: (updates) => {
      for (const update of updates) void telling.lookBack([update], update.at, false);
    },
    // What happened before the page was there is seen by whoever opens it.
    onChanged: (tasks, since) => void telling.lookBack(tasks, since, wasLive && catchingUp.get()),
  });
  const roomOf = (taskId: string) => {
    const room = queries.getQueryData<Room>(roomKey(taskId));
    return room?.kind === 'ready' ? room.task : null;
  };
  const outbox = createOutbox({
    client,
    database,
    user,
    onDone: cache.put,
    before: (entry) => {
      const rows = queries.getQueriesData<TaskRows>({ queryKey: ['tasks'] }).flatMap(([, list]) => list?.rows ?? []);
      return beforeOf(entry, rows, 'taskId' in entry.deed ? (roomOf(entry.deed.taskId)?.version ?? 0) : 0, user);
    },
  });

  const features = () => queries.getQueryData<Features>(featuresKey) ?? null;
  const askFeatures = async () => {
    const answer = await client.features();
    if (answer.ok) queries.setQueryData(featuresKey, answer.value);
    return answer;
  };

  /** After the state of a connection, what happened before it is asked for until it is known. */
  const catchUp = async () => {
    const mine = ++catchUps;
    isRefused = false;
    clearTimeout(catchUpTimer);
    const isPolling = live.connection.get().transport === 'polling';
    const failure = await cache.catchUp(isPolling);
    if (mine !== catchUps) return failure;
    catchUpFailures = failure ? catchUpFailures + 1 : 0;
    if (failure === null) {
      wasLive = true;
      catchingUp.set(false);
    } else if (!isPolling) {
      isRefused = !isPassing(failure);
      if (!isRefused) catchUpTimer = setTimeout(() => void catchUp(), patience(failure, catchUpFailures));
    }
    return failure;
  };

  const fallBehind = () => {
    // What is being asked for is older than what was missed.
    catchUps += 1;
    isRefused = false;
    clearTimeout(catchUpTimer);
    cache.fellBehind();
    if (!catchingUp.get()) trueAt.set(heardAt);
    catchingUp.set(true);
  };

  const open = (kind: TransportKind, listener: TransportListener): Transport => {
    switch (kind) {
      case 'websocket':
        return openSocket(token(), listener);
      case 'sse':
        return openStream(client, listener);
      case 'polling':
        return startPolling(client, listener, { everyMs: features()?.pollIntervalMs ?? defaultPollMs, catchUp });
    }
  };

  const live = createLive({
    open,
    features,
    askFeatures,
    isReachable: client.isReachable,
    listener: {
      connected: (again) => {
        reached(true);
        login.accepted();
        outbox.wake();
        // What was given up while the server was away, or the login had ended, is asked for again.
        void queries.refetchQueries({ type: 'active', predicate: ({ state }) => state.status === 'error' });
        if (!again) return;
        for (const listener of reconnectListeners) listener();
        compareTimer = setTimeout(() => void queries.invalidateQueries({ queryKey: ['tasks'] }), (0.5 + Math.random()) * compareMs);
      },
      lost: () => {
        clearTimeout(compareTimer);
        cache.flush();
        fallBehind();
      },
      heard: () => {
        heardAt = Date.now();
      },
      acknowledged: ({ user: me }) => { queries.setQueryData<Me>(meKey, me); },
      said: (message) => {
        cache.take(message);
        if (message.event === 'dashboard:state' && catchingUp.get()) void catchUp();
      },
      missing: cache.remove,
      restarted: () => {
        cache.flush();
        fallBehind();
      },
      expiring: () => void login.renew(),
    },
  });

  const login = createLogin({
    client,
    user,
    endsAt: () => endOf(token()),
    isDemo: () => features()?.demo === true,
    isAccepted: () => live.connection.get().state === 'connected',
    replaceToken: options.replaceToken,
  });

  undo.push(live.connection.subscribe(() => {
    const { state, code } = live.connection.get();
    if (state === 'error' && remedyFor(code ?? '') === 'token') void login.refused();
  }));

  const fresh = cell<Freshness>(freshness(circumstances()));
  function circumstances() {
    return {
      connection: live.connection.get(),
      catchingUp: catchingUp.get(),
      reachable: reach.get().reachable,
      trueAt: trueAt.get(),
    };
  }
  const refreshen = () => {
    const now = freshness(circumstances());
    const before = fresh.get();
    if (now.kind !== before.kind || now.since !== before.since) fresh.set(now);
  };
  undo.push(live.connection.subscribe(tellDevelopers(live.connection)));
  for (const source of [live.connection, catchingUp, reach, trueAt]) undo.push(source.subscribe(refreshen));

  queries.setQueryDefaults(featuresKey, { queryFn: () => value(client.features()), staleTime: featuresMs });
  queries.setQueryDefaults(meKey, { queryFn: () => value(client.me()), staleTime: Number.POSITIVE_INFINITY });
  queries.setQueryDefaults(overviewKey, { queryFn: cache.fetchOverview, staleTime: Number.POSITIVE_INFINITY });
  undo.push(queries.getQueryCache().subscribe(({ type, query }) => {
    if (type === 'updated' && hashKey(query.queryKey as unknown[]) === hashKey(featuresKey)) live.featuresChanged();
  }));
  const look = () => {
    if (!document.hidden) void askFeatures();
  };
  const looking = setInterval(look, featuresMs);
  document.addEventListener('visibilitychange', look);
  undo.push(() => {
    clearInterval(looking);
    document.removeEventListener('visibilitychange', look);
  });
  undo.push(keep(database, user, queries, () => ({
    savedAt: (catchingUp.get() ? trueAt.get() : null) ?? Date.now(),
    knownUntil: cache.knownUntil.get(),
  })));

  await outbox.load();
  outbox.wake();
  void askFeatures();
  live.start();

  return {
    user,
    client,
    queries,
    cache,
    live,
    outbox,
    login,
    reach,
    freshness: fresh,
    onNotice: telling.onNotice,
    onReconnect: listening(reconnectListeners),
    tokenChanged: (token) => {
      live.tokenChanged(token);
      login.replaced();
      outbox.wake();
      if (isRefused) void catchUp();
    },
    need: (taskId, version) => {
      if ((roomOf(taskId)?.version ?? 0) >= version) return;
      void queries.invalidateQueries({ queryKey: roomKey(taskId) });
    },
    stop: () => {
      for (const step of undo.splice(0)) step();
      catchUps += 1;
      clearTimeout(catchUpTimer);
      clearTimeout(compareTimer);
      live.stop();
      cache.stop();
      outbox.stop();
      telling.stop();
      login.stop();
      queries.clear();
    },
  };
}

export { listKey, overviewKey, roomKey };

/** Says at debug level how the connection goes: never what it carries. */
function tellDevelopers(connection: Observable<Connection>): () => void {
  let state: Connection['state'] | null = null;
  let connectedBefore = false;
  return () => {
    const { transport, code, attempts, ...now } = connection.get();
    if (now.state === state) return;
    state = now.state;
    switch (state) {
      case 'connected':
        console.debug(connectedBefore ? '[useWebSocket] Reconnected' : '[useWebSocket] Connected', transport);
        connectedBefore = true;
        return;
      case 'connecting':
        console.debug('[useWebSocket] Connecting', transport);
        return;
      case 'disconnected':
      case 'error':
        console.debug('[useWebSocket] Disconnected', code ?? 'paused', `attempts: ${attempts}`);
    }
  };
}

function listening<T>(listeners: Set<T>): (listener: T) => () => void {
  return (listener) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  };
}

async function value<T>(asked: Promise<Answer<T>>): Promise<T> {
  const answer = await asked;
  if (!answer.ok) throw new CallFailed(answer.failure);
  return answer.value;
}
