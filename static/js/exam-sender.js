/* Sends what is in the journal, in order, until each event has its receipt. The sign-in plays no
   part: the attempt's own token authorises, so that nothing is lost when the sign-in ends. */
const BATCH = 40;
const TIMEOUT = 8000;
const HEARTBEAT = 15_000;
const PAUSES = [1000, 2000, 4000, 8000, 15_000];
const STUCK_AFTER = 30_000;
const KEEPALIVE_LIMIT = 60_000; // bytes a browser sends after the page is gone

const inOrder = (a, b) => a.writer - b.writer || a.sequence - b.sequence;

export class Sender extends EventTarget {
  pending = new Map(); // id → event without a receipt
  isOutranked = false; // an answer arrived after another device had taken over: a later one there stands
  refused = []; // {event, code, message}: the server won't take them; they stay in the journal
  reachable = true;
  failures = 0;
  closed = false;

  #given = new Set(); // ids of what was given on this page
  #busy = null;
  #timer = null;
  #limit = BATCH;
  #answered = 0; // when the server last answered

  constructor({ data, journal, clock }) {
    super();
    this.data = data;
    this.journal = journal;
    this.clock = clock;
    this.writer = data.writer;
  }

  /* Take up what an earlier page left behind, then keep in touch. */
  async start() {
    const left = (await this.journal.all()).sort(inOrder);
    left.forEach((event) => this.pending.set(event.event_id, event));
    addEventListener("online", () => this.#hurry());
    addEventListener("offline", () => { this.reachable = false; this.#tell(); });
    addEventListener("pageshow", () => this.#hurry());
    addEventListener("pagehide", () => this.#sendLast());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#hurry();
    });
    this.#tell();
    if (this.pending.size) this.wake();
    else this.#later(HEARTBEAT);
    return left;
  }

  async record(event) {
    this.pending.set(event.event_id, event);
    this.#given.add(event.event_id);
    this.#tell();
    try {
      await this.journal.add(event);
    } catch (error) {
      console.warn("the journal could not take an answer", error);
      this.journal.isDurable = false;
      this.#tell();
    }
    this.wake();
  }

  /* saved, saving, waiting (no network) or failed (the server refuses). */
  get state() {
    if (this.refused.length) return "failed";
    if (!this.reachable) return "waiting";
    return this.pending.size ? "saving" : "saved";
  }

  /* Resolves once nothing waits for a receipt and the server has answered since: its pages can be
     opened now, where a browser without network would show a page of its own. */
  whenReached() {
    const asked = performance.now();
    return new Promise((resolve) => {
      const check = () => {
        if (this.pending.size || !(this.#answered > asked)) return;
        this.removeEventListener("change", check);
        resolve();
      };
      this.addEventListener("change", check);
      this.wake();
    });
  }

  /* All that has no receipt, in order: what the journal keeps, and what it could not take. */
  async unsaved() {
    const kept = await this.journal.all().catch(() => []);
    const refused = this.refused.flatMap(({ event }) => event ?? []);
    const all = [...kept, ...this.pending.values(), ...refused];
    return [...new Map(all.map((event) => [event.event_id, event])).values()].sort(inOrder);
  }

  isPending(position) {
    return [...this.pending.values()].some((event) => event.position === position && event.kind === "answer");
  }

  isRefused(position) {
    return this.refused.some(({ event }) => event?.position === position && event.kind === "answer");
  }

  /* Resolves once nothing waits for a receipt. */
  whenEmpty() {
    if (!this.pending.size) return Promise.resolve();
    return new Promise((resolve) => {
      const check = () => {
        if (this.pending.size) return;
        this.removeEventListener("change", check);
        resolve();
      };
      this.addEventListener("change", check);
    });
  }

  /* Ask the server now; tells whether it answered. */
  async ping() {
    await this.#busy;
    await this.#run();
    return this.reachable;
  }

  wake() {
    if (!this.#busy) this.#run();
  }

  stop() {
    clearTimeout(this.#timer);
    this.stopped = true;
  }

  #hurry() {
    this.failures = 0;
    this.wake();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }

  #later(pause) {
    clearTimeout(this.#timer);
    if (!this.stopped) this.#timer = setTimeout(() => this.wake(), pause);
  }

  #run() {
    clearTimeout(this.#timer);
    this.#busy = this.#sendAll().finally(() => {
      this.#busy = null;
      this.#tell();
      this.#later(this.#pause());
    });
    return this.#busy;
  }

  #pause() {
    if (!this.failures) return this.pending.size ? 0 : HEARTBEAT;
    const pause = PAUSES[Math.min(this.failures, PAUSES.length) - 1];
    return Math.max(this.retryAfter ?? 0, pause * (0.5 + Math.random()));
  }

  /* One exchange at least: with nothing to send it is a heartbeat. */
  async #sendAll() {
    do {
      const batch = [...this.pending.values()].slice(0, this.#limit);
      if (!(await this.#exchange(batch))) return;
    } while (this.pending.size);
  }

  async #exchange(batch) {
    const sent = performance.now();
    let response;
    let reply;
    try {
      response = await this.#post(batch, { signal: AbortSignal.timeout(TIMEOUT) });
      reply = await response.json();
    } catch {
      return this.#failed();
    }
    if (response.ok) return this.#received(reply, sent);
    if ([409, 413, 422].includes(response.status)) return this.#refused(batch, reply);
    this.retryAfter = 1000 * Number(response.headers.get("Retry-After") ?? 0);
    if (response.status === 401) this.#refuse(null, reply);
    return this.#failed();
  }

  /* Whether sending has been failing for so long that something other than patience is called for. */
  get isStuck() {
    return this.pending.size > 0 && performance.now() - (this.downSince ?? Infinity) > STUCK_AFTER;
  }

  #post(batch, options) {
    const now = this.clock.now();
    const events = batch.map(({ attempt, authored_at, ...event }) => (
      { ...event, authored_ms_ago: Math.max(0, Math.round(now - authored_at)) }
    ));
    return fetch(this.data.save_url, {
      method: "POST",
      headers: {
        Accept: "application/json",
        Authorization: `Bearer ${this.data.token}`,
        "Content-Type": "application/json",
      },
      body: JSON.stringify({ events }),
      credentials: "omit",
      cache: "no-store",
      ...options,
    });
  }

  async #received(reply, sent) {
    this.#answered = performance.now();
    this.clock.learn(reply, sent, this.#answered);
    this.reachable = true;
    this.failures = 0;
    this.retryAfter = 0;
    this.downSince = undefined;
    this.#limit = BATCH;
    this.writer = Math.max(this.writer, reply.writer);
    this.closed = reply.closed;
    const ids = reply.receipts.map((receipt) => receipt.event_id);
    this.isOutranked ||= ids.some((id) => this.#given.has(id) && this.pending.get(id)?.writer < reply.writer);
    if (ids.length) {
      await this.journal.remove(ids).catch((error) => console.warn("the journal kept a saved answer", error));
      ids.forEach((id) => this.pending.delete(id));
      this.saved = true;
    }
    for (const refusal of reply.refused) {
      const event = this.pending.get(refusal.event_id);
      this.pending.delete(refusal.event_id);
      if (event) this.#refuse(event, refusal);
    }
    this.#tell();
    return true;
  }

  #failed() {
    this.reachable = false;
    this.failures += 1;
    this.downSince ??= performance.now();
    return false;
  }

  /* One event of many is at fault: send them one by one to find it. */
  #refused(batch, reply) {
    this.#answered = performance.now();
    this.reachable = true;
    if (batch.length > 1) {
      this.#limit = 1;
      return true;
    }
    if (batch.length) {
      this.pending.delete(batch[0].event_id);
      this.#refuse(batch[0], reply);
    }
    if (reply.code === "closed") this.closed = true;
    return batch.length > 0;
  }

  /* The reply knows no reader, hence no language: the page has the words. A mark that comes too late
     is worth nothing, an answer stays in the journal. */
  #refuse(event, { code, message }) {
    if (event?.kind === "flag") {
      this.journal.remove([event.event_id]).catch((error) => console.warn("the journal kept a mark", error));
      return;
    }
    const known = this.refused.some((refusal) => refusal.event === event);
    if (!known) this.refused.push({ event, code, message: this.data.refusals[code] ?? message });
  }

  /* The page goes: what it has not sent yet leaves with it; receipts come with the next page. */
  #sendLast() {
    const batch = [...this.pending.values()].slice(-BATCH);
    if (!batch.length || JSON.stringify(batch).length > KEEPALIVE_LIMIT) return;
    this.#post(batch, { keepalive: true }).catch(() => {});
  }
}
