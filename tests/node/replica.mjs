import { createHash } from 'node:crypto';

/**
 * @typedef {{ version: number, status: string, entries: object[] }} TaskCopy
 * @typedef {{ version: number, status: string }} Row
 */

/** How many of the newest entries are told of by `digest`: as many as a snapshot has. */
const NEWEST = 200;

/** @param {string} text */
const hash = (text) => createHash('sha256').update(text).digest('base64');

/** One text for equal values: keys in order. @param {unknown} value */
const canonical = (value) =>
  JSON.stringify(value, (_, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/**
 * A copy of what a client watches, kept as the protocol says: only `task:event_added` is a gap-free
 * series (n+1 is applied, n and older ignored, more asks for a resync); state is applied when its
 * version is not older; after a reconnect everything is joined again.
 */
export class Replica {
  /** @type {Map<string, TaskCopy | null>} by task; `null` until its first snapshot */
  #tasks = new Map();
  /** @type {Map<string, Row>} */
  #rows = new Map();
  /** @type {object | null} what the dashboard was joined with, if it was */
  #dashboard = null;
  /** @type {Map<string, number>} tasks asked for and not yet had, with the newest entry that showed the gap */
  #asked = new Map();
  #connects = 0;

  /**
   * @param {import('socket.io-client').Socket} socket
   * @param {(event: string, ack: unknown) => void} answered hears every acknowledgement
   */
  constructor(socket, answered) {
    this.socket = socket;
    this.answered = answered;
  }

  /** The client said this. @param {string} event @param {any} payload */
  said(event, payload) {
    if (event === 'task:join') this.#tasks.set(payload.taskId, this.#tasks.get(payload.taskId) ?? null);
    if (event === 'task:leave') this.#forget(payload.taskId);
    if (event === 'dashboard:join') this.#dashboard = payload;
    if (event === 'dashboard:leave') this.#dashboard = null;
  }

  /** The client is connected, perhaps again. */
  connected() {
    this.#connects += 1;
    if (this.#connects === 1) return;
    this.#asked.clear();
    for (const taskId of this.#tasks.keys()) this.#insist('task:join', { taskId });
    if (this.#dashboard) this.#insist('dashboard:join', this.#dashboard);
  }

  /** The server said this. @param {string} event @param {any} payload */
  apply(event, payload) {
    if (event === 'resync_required') this.#resyncAll();
    if (event === 'dashboard:state') this.#rows = new Map(payload.tasks.map((/** @type {any} */ row) => [row.taskId, row]));
    if (event === 'dashboard:task_list_updated' || event === 'task:created') this.#applyRow(payload);
    if (event === 'task:removed') {
      this.#forget(payload.taskId);
      this.#rows.delete(payload.taskId);
    }
    if (!this.#tasks.has(payload?.taskId)) return;
    if (event === 'task:state') this.#applyState(payload);
    else if (event === 'task:event_added') this.#applyEntry(payload);
    else this.#applyStatus(payload);
  }

  report() {
    const rows = [...this.#rows].map(([taskId, { version, status }]) => [taskId, { version, status }]);
    const tasks = [...this.#tasks].map(([taskId, copy]) => [taskId, copy && told(copy)]);
    return { tasks: Object.fromEntries(tasks), dashboard: Object.fromEntries(rows) };
  }

  /** @param {any} task */
  #applyState({ taskId, version, status, events }) {
    const copy = this.#tasks.get(taskId);
    if (copy && version < copy.version) return;
    this.#tasks.set(taskId, { version, status, entries: events });
    const seen = this.#asked.get(taskId) ?? 0;
    this.#asked.delete(taskId);
    if (version < seen) this.#resync(taskId, seen);
  }

  /** @param {any} payload */
  #applyEntry({ taskId, event }) {
    const { version } = event;
    const copy = this.#tasks.get(taskId);
    if (!copy || version <= copy.version) return;
    if (version === copy.version + 1) {
      copy.version = version;
      copy.entries.push(event);
      if (copy.entries.length > 2 * NEWEST) copy.entries = copy.entries.slice(-NEWEST);
    } else if (this.#asked.has(taskId)) {
      this.#asked.set(taskId, version);
    } else {
      this.#resync(taskId, version);
    }
  }

  /** @param {any} payload */
  #applyStatus({ taskId, version, status }) {
    const copy = this.#tasks.get(taskId);
    if (copy && typeof status === 'string' && version >= copy.version) copy.status = status;
  }

  /** @param {any} payload */
  #applyRow({ taskId, version, status }) {
    const row = this.#rows.get(taskId);
    if (!row || version >= row.version) this.#rows.set(taskId, { version, status });
  }

  /** @param {string} taskId */
  #forget(taskId) {
    this.#tasks.delete(taskId);
    this.#asked.delete(taskId);
  }

  /** @param {string} taskId @param {number} seen */
  #resync(taskId, seen) {
    this.#asked.set(taskId, seen);
    this.#insist('resync_requested', { taskIds: [taskId], versions: this.#versions([taskId]) });
  }

  #resyncAll() {
    const taskIds = [...this.#tasks.keys()];
    if (this.#dashboard) this.#insist('resync_requested', { taskIds: [], dashboard: true });
    for (let from = 0; from < taskIds.length; from += 200) {
      const some = taskIds.slice(from, from + 200);
      this.#insist('resync_requested', { taskIds: some, versions: this.#versions(some) });
    }
  }

  /** @param {string[]} taskIds */
  #versions(taskIds) {
    const known = taskIds.flatMap((taskId) => {
      const copy = this.#tasks.get(taskId);
      return copy ? [[taskId, copy.version]] : [];
    });
    return Object.fromEntries(known);
  }

  /**
   * Asks until the server grants it, over this connection.
   * @param {string} event @param {object} payload
   */
  #insist(event, payload) {
    const during = this.#connects;
    this.socket.timeout(10_000).emit(event, payload, (/** @type {Error | null} */ error, /** @type {any} */ ack) => {
      if (!error) this.answered(event, ack);
      if (ack?.ok) {
        for (const taskId of ack.current ?? []) this.#asked.delete(taskId);
        for (const taskId of ack.missing ?? []) this.#forget(taskId);
        return;
      }
      if (ack?.error?.code === 'not_found') return;
      setTimeout(() => {
        if (this.socket.connected && during === this.#connects) this.#insist(event, payload);
      }, ack?.error?.retryAfterMs ?? 500);
    });
  }
}

/** @param {TaskCopy} copy */
function told({ version, status, entries }) {
  return { version, status, digest: hash(entries.slice(-NEWEST).map((entry) => hash(canonical(entry))).join()) };
}
