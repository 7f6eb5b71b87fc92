/** What one client heard, in numbers. */
export class Tally {
  /** @type {Record<string, number>} how often each event came */
  #events = {};
  /** @type {Record<string, number>} the newest version heard of, per task */
  #versions = {};
  /** @type {Record<string, number[]>} the versions of `task:event_added`, as they came, per task */
  #timeline = {};
  /** @type {Record<string, number>} up to where the timeline is known, per task */
  #known = {};
  /** @type {{ taskId: string, have: number, got: number }[]} holes in the timelines, when they showed */
  #gaps = [];

  /** @param {string} event @param {any} payload */
  count(event, payload) {
    this.#events[event] = (this.#events[event] ?? 0) + 1;
    const taskId = payload?.taskId;
    const version = payload?.version ?? payload?.event?.version;
    if (typeof taskId !== 'string' || typeof version !== 'number') return;
    this.#versions[taskId] = Math.max(version, this.#versions[taskId] ?? 0);
    const have = this.#known[taskId];
    if (event === 'task:event_added') {
      const entry = payload.event.version;
      (this.#timeline[taskId] ??= []).push(entry);
      if (have !== undefined && entry > have + 1) this.#gaps.push({ taskId, have, got: entry });
      this.#known[taskId] = Math.max(entry, have ?? 0);
    } else if (event === 'task:state') {
      this.#known[taskId] = Math.max(version, have ?? 0);
    }
  }

  /** How often an event came. @param {string} event */
  of(event) {
    return this.#events[event] ?? 0;
  }

  report() {
    return { events: this.#events, versions: this.#versions, gaps: this.#gaps, timeline: this.#timeline };
  }
}
