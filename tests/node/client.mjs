/**
 * Stock socket.io-client sockets, any number in one process, driven by JSON lines: one command per
 * line on stdin, one report per line on stdout. The end of stdin ends the process. README.md lists
 * the commands and the lines.
 */
import { createInterface } from 'node:readline';
import { performance } from 'node:perf_hooks';
import { io } from 'socket.io-client';
import { Replica } from './replica.mjs';
import { Tally } from './tally.mjs';

/**
 * @typedef {import('socket.io-client').Socket} Socket
 * @typedef {{ socket: Socket, tally: Tally, replica: Replica | null }} Client
 * @typedef {{ cmd: string, id: string, ref?: number }} Command
 * @typedef {Command & {
 *   url: string, token: string | null, transports?: string[], extraHeaders?: Record<string, string>,
 *   options?: object, quiet?: boolean, autoResync?: boolean,
 * }} ConnectCommand
 * @typedef {Command & { event: string, args?: unknown[], ack?: boolean, timeoutMs?: number }} EmitCommand
 */

/** @type {Map<string, Client>} */
const clients = new Map();
let seq = 0;
/** How many events of each name a quiet client shows all the same. */
const SAMPLES = 3;
/** Among how many events of each name it looks for shapes that nobody has shown yet. */
const LOOKS = 50;
/** The shapes of all payloads that have been shown. */
const shown = new Set();

/** What kind of payload this is: its fields, and what it says in single words. @param {unknown[]} payload */
const shape = (payload) =>
  JSON.stringify(payload, (_, part) => {
    if (typeof part === 'number') return 0;
    return typeof part === 'string' && !/^[a-z_]*$/.test(part) ? '…' : part;
  });

/** @param {number} nth of this name @param {string} event @param {unknown[]} payload */
function isSample(nth, event, payload) {
  if (nth > LOOKS) return false;
  if (nth <= SAMPLES) return true;
  const count = shown.size;
  return shown.add(event + shape(payload)).size > count;
}

/** @param {object} line */
function print(line) {
  seq += 1;
  process.stdout.write(`${JSON.stringify({ ...line, seq, atMs: performance.now() })}\n`);
}

/** @param {ConnectCommand} command */
function connect({ id, url, token, transports, extraHeaders, options, quiet, autoResync }) {
  const socket = io(url, {
    forceNew: true,
    reconnection: true,
    reconnectionDelay: 100,
    reconnectionDelayMax: 1000,
    ...(transports && { transports }),
    ...(extraHeaders && { extraHeaders }),
    ...(token !== null && token !== undefined && { auth: { token } }),
    ...options,
    autoConnect: false,
  });
  const tally = new Tally();
  const heard = (/** @type {string} */ event, /** @type {unknown} */ payload) =>
    print({ id, kind: 'answer', event, payload });
  const replica = autoResync ? new Replica(socket, heard) : null;
  clients.get(id)?.socket.disconnect();
  clients.set(id, { socket, tally, replica });

  socket.onAny((event, ...payload) => {
    tally.count(event, payload[0]);
    replica?.apply(event, payload[0]);
    if (!quiet) print({ id, kind: 'event', event, payload });
    else if (isSample(tally.of(event), event, payload)) print({ id, kind: 'sample', event, payload });
  });
  socket.on('connect', () => {
    replica?.connected();
    print({ id, kind: 'connect', sid: socket.id, transport: socket.io.engine.transport.name });
  });
  socket.on('connect_error', (error) => {
    // For a transport's error: the HTTP status (polling) or what `ws` says (WebSocket).
    const { description } = /** @type {{ description?: unknown }} */ (error);
    const detail = /** @type {{ message?: string }} */ (description)?.message ?? description ?? null;
    print({ id, kind: 'connect_error', message: error.message, detail, retrying: socket.active });
  });
  socket.on('disconnect', (reason) => print({ id, kind: 'disconnect', reason, retrying: socket.active }));
  socket.io.on('reconnect_attempt', (attempt) => print({ id, kind: 'reconnect_attempt', attempt }));
  socket.io.on('open', () => {
    socket.io.engine.on('upgrade', ({ name }) => print({ id, kind: 'upgrade', transport: name }));
  });
  socket.connect();
}

/** @param {Client} client @param {EmitCommand} command */
function emit({ socket, replica }, { id, ref, event, args = [], ack = false, timeoutMs = 5000 }) {
  replica?.said(event, args[0]);
  if (!ack) {
    socket.emit(event, ...args);
    return;
  }
  socket.timeout(timeoutMs).emit(event, ...args, (/** @type {Error | null} */ error, /** @type {unknown} */ payload) => {
    print(error ? { id, kind: 'ack_timeout', ref } : { id, kind: 'ack', ref, payload });
  });
}

/**
 * The `ws` of a client that talks over a WebSocket just now.
 * @param {Client} client
 */
function webSocket({ socket }) {
  const transport = /** @type {any} */ (socket.io.engine?.transport);
  if (transport?.name !== 'websocket' || !transport.ws) throw new Error('not on a WebSocket');
  return transport.ws;
}

/** @type {Record<string, (client: Client, command: any) => void>} */
const commands = {
  emit,
  disconnect: ({ socket }) => void socket.disconnect(),
  reconnect: ({ socket }) => void socket.connect(),
  drop: (client) => webSocket(client)._socket.destroy(),
  pause: (client) => webSocket(client).pause(),
  resume: (client) => webSocket(client).resume(),
  raw: (client, { data }) => webSocket(client).send(data),
  report: ({ tally, replica }, { id, ref }) => {
    print({ id, kind: 'report', ref, ...tally.report(), ...replica?.report() });
  },
};

/** @param {string} line */
function obey(line) {
  const command = JSON.parse(line);
  if (command.cmd === 'exit') process.exit(0);
  if (command.cmd === 'connect') return connect(command);
  const run = commands[command.cmd];
  const client = clients.get(command.id);
  if (!run) throw new Error(`no command "${command.cmd}"`);
  if (!client) throw new Error(`no client "${command.id}"`);
  return run(client, command);
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line.trim() === '') return;
    try {
      obey(line);
    } catch (error) {
      print({ kind: 'driver_error', message: String(error), line });
    }
  })
  .on('close', () => process.exit(0));
