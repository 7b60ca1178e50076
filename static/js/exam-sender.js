/* Sends what is in the journal, in order, until each event has its receipt. The sign-in plays no
   part: the attempt's own token authorises, so that nothing is lost when the sign-in ends. */
const BATCH = 40; // events
const BATCH_SIZE = 60_000; // bytes; also what a browser sends after the page is gone
const TIMEOUT = 8000; // doubled when it was too short, and kept where the network is that slow
const LONGEST_TIMEOUT = 32_000;
const SLOWEST = 4; // bytes per ms: how slow a network is still waited for
const HEARTBEAT = 15_000;
const PAUSES = [1000, 2000, 4000, 8000, 15_000];
const LONGEST_PAUSE = 60; // s: a proxy's word on when to come again isn't the exam's
const STUCK_AFTER = 30_000;

const inOrder = (a, b) => a.writer - b.writer || a.sequence - b.sequence;
const sizeOf = (value) => new TextEncoder().encode(JSON.stringify(value)).length;

/* AbortSignal.timeout is missing in browsers that are still about. */
function within(pause) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), pause);
  return controller.signal;
}

/* Whether a reply of 200 is the server's own: a captive portal or a proxy answers too. */
function isReply(reply) {
  return Array.isArray(reply?.receipts) && Array.isArray(reply.refused) && !Number.isNaN(Date.parse(reply.server_now));
}

export class Sender extends EventTarget {
  pending = new Map(); // id → event without a receipt
  isOutranked = false; // an answer arrived after another device had taken over: a later one there stands
  drafts = new Set(); // positions at which something is being typed or uploaded, not recorded yet
  refused = []; // {event, code, message}: the server won't take them; they stay in the journal
  reachable = true;
  failures = 0;
  closed = false;

  #given = new Set(); // ids of what was given on this page
  #busy = null;
  #timer = null;
  #limit = BATCH;
  #answered = 0; // when the server last answered
  #mayHaveSlept = false;
  #patience = TIMEOUT;

  constructor({ data, journal, clock }) {
    super();
    this.data = data;
    this.journal = journal;
    this.clock = clock;
    this.writer = data.writer;
  }

  /* Take up what an earlier page left behind, then keep in touch. */
  async start() {
    const left = await this.takeUp();
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

  /* Take up what the journal keeps for another page; returns it, in order. */
  async takeUp() {
    const isKnown = ({ event_id: id }) => this.pending.has(id) || this.refused.some(({ event }) => event?.event_id === id);
    const left = (await this.journal.all()).filter((event) => !isKnown(event)).sort(inOrder);
    left.forEach((event) => this.pending.set(event.event_id, event));
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

  /* What is typed isn't saved, though nothing is sent before the pause after the last key. */
  setDraft(position, isDraft) {
    if (this.drafts.has(position) === isDraft) return;
    if (isDraft) this.drafts.add(position);
    else this.drafts.delete(position);
    this.#tell();
  }

  /* Whether the server has all that was given on this page. */
  get isEmpty() {
    return !this.pending.size && !this.drafts.size;
  }

  /* saved, saving, waiting (no network) or failed (the server refuses). */
  get state() {
    if (this.refused.length) return "failed";
    if (!this.reachable) return "waiting";
    return this.isEmpty ? "saved" : "saving";
  }

  /* Resolves once nothing waits for a receipt and the server has answered since: its pages can be
     opened now, where a browser without network would show a page of its own. */
  whenReached() {
    const asked = performance.now();
    return new Promise((resolve) => {
      const check = () => {
        if (!this.isEmpty || !(this.#answered > asked)) return;
        this.removeEventListener("change", check);
        resolve();
      };
      this.addEventListener("change", check);
      this.wake();
    });
  }

  /* All that has no receipt, in order: what the journal keeps, and what it could not take. */
  async unsaved() {
    const kept = await this.journal.all();
    const refused = this.refused.flatMap(({ event }) => event ?? []);
    const all = [...kept, ...this.pending.values(), ...refused];
    return [...new Map(all.map((event) => [event.event_id, event])).values()].sort(inOrder);
  }

  isPending(position) {
    return this.drafts.has(position) || [...this.pending.values()].some((event) => event.position === position && event.kind === "answer");
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

  /* The device slept, it seems. */
  wakeAfterSleep() {
    this.#mayHaveSlept = true;
    this.wake();
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
    this.#busy = this.#sendAll().catch((error) => {
      console.warn("sending went wrong", error);
      this.#failed();
    }).finally(() => {
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

  /* One exchange at least: with nothing to send it is a heartbeat. What was given is told by its age,
     and a device that slept counts too few: then the time is asked first. */
  async #sendAll() {
    do {
      const batch = this.#mayHaveSlept ? [] : this.#batch();
      if (!(await this.#exchange(batch))) return;
    } while (this.pending.size);
  }

  /* The first events that go together; one at least, if there is any. */
  #batch() {
    const batch = [];
    let size = 0;
    for (const event of this.pending.values()) {
      size += sizeOf(event);
      if (batch.length && (batch.length >= this.#limit || size > BATCH_SIZE)) break;
      batch.push(event);
    }
    return batch;
  }

  async #exchange(batch) {
    const sent = performance.now();
    const patience = this.#patience + sizeOf(batch) / SLOWEST;
    let response;
    let reply;
    try {
      response = await this.#post(batch, { signal: within(patience) });
      reply = await response.json();
    } catch (error) {
      if (error.name === "AbortError") this.#patience = Math.min(2 * this.#patience, LONGEST_TIMEOUT);
      return this.#failed();
    }
    if (response.ok && isReply(reply)) return this.#received(reply, sent);
    if (response.status === 413 && batch.length > 1) {
      this.#limit = 1;
      return true;
    }
    // Only the server's own words refuse anything; what stands between says nothing of an answer.
    const isOwn = reply?.code in this.data.refusals || (response.status === 413 && reply?.status === 413);
    if (isOwn && response.status !== 401) return this.#refused(batch, reply);
    this.retryAfter = 1000 * Math.min(Number(response.headers.get("Retry-After")) || 0, LONGEST_PAUSE);
    if (isOwn) this.#refuse(null, reply);
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
    this.#patience = Math.min(Math.max(TIMEOUT, 2 * (this.#answered - sent)), LONGEST_TIMEOUT);
    this.reachable = true;
    this.#mayHaveSlept = false;
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
    this.#mayHaveSlept = true;
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
    const batch = this.#batch();
    if (!batch.length || sizeOf(batch) > BATCH_SIZE) return;
    this.#post(batch, { keepalive: true }).catch(() => {});
  }
}
