/* Who may write: one tab at a time. The server counts leases; a tab holds the one it was given when
   it started or took over the attempt. Tabs of one browser also tell each other at once. */
const PAUSE = 200; // ms for another tab to say that it holds the lease already

function remembered(key) {
  try {
    return Number(sessionStorage.getItem(key));
  } catch {
    return 0;
  }
}

function remember(key, writer) {
  try {
    sessionStorage.setItem(key, String(writer));
  } catch {
    // Without storage the lease ends with the page.
  }
}

/* Where a browser forbids it the server alone tells who writes. */
function openChannel(name) {
  try {
    return new BroadcastChannel(name);
  } catch {
    return { postMessage() {} };
  }
}

export class Lease extends EventTarget {
  held = false;
  #key;
  #channel;
  #self = Math.random();

  constructor(data) {
    super();
    this.writer = data.writer;
    this.#key = `exam:${data.attempt}:writer`;
    this.#channel = openChannel(`exam:${data.attempt}`);
    this.#channel.onmessage = ({ data: message }) => this.#hear(message);
  }

  /* Tells whether this tab holds the lease. A start and a takeover lead here with #writer-<n>. */
  async claim() {
    const given = /^#writer-(\d+)$/.exec(location.hash);
    if (given) {
      remember(this.#key, given[1]);
      history.replaceState(null, "", location.pathname);
    }
    const mine = given ? Number(given[1]) : remembered(this.#key);
    if (mine !== this.writer) return false;
    this.asking = true;
    this.#channel.postMessage({ ask: this.writer, from: this.#self });
    await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
    this.held = this.asking;
    this.asking = false;
    if (this.held) this.#channel.postMessage({ took: this.writer });
    return this.held;
  }

  /* The server names the writer of the day with each reply. */
  compare(writer) {
    if (writer > this.writer) this.#lose();
  }

  #hear(message) {
    if (message.ask === this.writer && (this.held || (this.asking && this.#self < message.from))) {
      this.#channel.postMessage({ held: this.writer });
    } else if (message.held === this.writer) {
      // Also a tab that was frozen when this one asked.
      this.asking = false;
      this.#lose();
    } else if (message.took > this.writer) {
      this.#lose();
    }
  }

  #lose() {
    this.asking = false;
    if (!this.held) return;
    this.dispatchEvent(new Event("losing")); // the last moment to write
    this.held = false;
    this.dispatchEvent(new Event("lost"));
  }
}
