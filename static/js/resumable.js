/* Sends a file in pieces, by the core of tus 1.0. When the connection breaks off it asks how much has
   arrived and goes on from there by itself; the server knows a file again by its name, size and time
   of change, so that choosing it again after a reload goes on too. */
const PIECE = 4 * 1024 * 1024; // bytes: what may be lost where a proxy passes whole requests only
const PAUSES = [1, 2, 5, 10, 20, 30]; // seconds before the next try
const STALLED = 60_000; // milliseconds without a byte
const MOST_BEGINNINGS = 3;

/** The server doesn't take the file; `status` and `message` are its answer. */
export class Refused extends Error {
  constructor(status, message) {
    super(message ?? "");
    this.status = status;
  }
}

class Broken extends Error {} // no answer, or one that may be another in a while
class Moved extends Error {} // another tab sent this piece

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

function judge(status, reply) {
  if (status >= 200 && status < 300) return;
  if (!status || status >= 500) throw new Broken();
  throw new Refused(status, reply?.message);
}

/** Do `action` until it is answered; `pause` is told each time before it waits. */
async function persist(action, { signal, pause }) {
  for (let tries = 0; ; tries += 1) {
    signal.throwIfAborted();
    try {
      return await action(() => { tries = 0; });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Broken || error instanceof TypeError) pause();
      else if (!(error instanceof Moved)) throw error;
      await rest(PAUSES[Math.min(tries, PAUSES.length - 1)] * 1000, signal);
    }
  }
}

function rest(time, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, time);
    addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}

export class Sender {
  #place = "";
  #offset = 0;

  /** `url`: where uploads begin. `told(state, share)` hears of 'sending' and 'broken'. */
  constructor(file, { url, token, signal, told }) {
    Object.assign(this, { file, url, token, signal, told });
  }

  #headers(more = {}) {
    return { "Tus-Resumable": "1.0.0", "X-CSRFToken": this.token, Accept: "application/json", ...more };
  }

  #tell(state, sent = 0) {
    this.told(state, (this.#offset + sent) / this.file.size);
  }

  get #hooks() {
    return { signal: this.signal, pause: () => this.#tell("broken") };
  }

  /** Send what the server lacks; return the address of the whole upload. */
  async send() {
    for (let beginnings = 1; ; beginnings += 1) {
      try {
        await persist(() => this.#begin(), this.#hooks);
        await persist((moved) => this.#goOn(moved), this.#hooks);
        return this.#place;
      } catch (error) {
        const isGone = error instanceof Refused && [404, 410].includes(error.status) && this.#place;
        if (!isGone || beginnings === MOST_BEGINNINGS) throw error;
        this.#place = ""; // given up elsewhere, or swept
      }
    }
  }

  /** Post to the finished upload's own address, until it is answered. */
  async finish() {
    return persist(async () => {
      const answer = await this.#fetch(`${this.#place}/finish`, "POST");
      const reply = await answer.json();
      if (answer.status !== 422) judge(answer.status, reply);
      return reply;
    }, this.#hooks);
  }

  /** Take back what has arrived. */
  async remove() {
    if (!this.#place) return;
    await fetch(this.#place, { method: "DELETE", headers: this.#headers(), keepalive: true }).catch(() => {});
  }

  #fetch(url, method, headers = {}) {
    return fetch(url, { method, headers: this.#headers(headers), signal: this.signal });
  }

  async #begin() {
    const told = { filename: this.file.name, modified: String(this.file.lastModified) };
    const metadata = Object.entries(told).map(([word, text]) => `${word} ${base64(text)}`).join(",");
    const answer = await this.#fetch(this.url, "POST", {
      "Upload-Length": String(this.file.size),
      "Upload-Metadata": metadata,
    });
    judge(answer.status, answer.ok ? null : await answer.json().catch(() => null));
    this.#place = answer.headers.get("Location");
    this.#offset = Number(answer.headers.get("Upload-Offset"));
  }

  async #goOn(moved) {
    const answer = await this.#fetch(this.#place, "HEAD");
    judge(answer.status);
    this.#offset = Number(answer.headers.get("Upload-Offset"));
    while (this.#offset < this.file.size) {
      this.#tell("sending");
      this.#offset = await this.#piece();
      moved();
    }
    this.#tell("sending");
  }

  #piece() {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(); // fetch tells no progress
      const stop = () => request.abort();
      let timer = setTimeout(stop, STALLED);
      request.open("PATCH", this.#place);
      const type = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(this.#offset) };
      for (const [name, value] of Object.entries(this.#headers(type))) request.setRequestHeader(name, value);
      request.responseType = "json";
      request.upload.addEventListener("progress", ({ loaded }) => {
        clearTimeout(timer);
        timer = setTimeout(stop, STALLED);
        this.#tell("sending", loaded);
      });
      request.addEventListener("loadend", () => {
        clearTimeout(timer);
        this.signal.removeEventListener("abort", stop);
        try {
          if (request.status === 409 && request.response?.offset !== undefined) throw new Moved();
          judge(request.status, request.response);
          resolve(Number(request.getResponseHeader("Upload-Offset")));
        } catch (error) {
          reject(error);
        }
      });
      this.signal.addEventListener("abort", stop);
      request.send(this.file.slice(this.#offset, this.#offset + PIECE));
    });
  }
}

const words = document.querySelector("[data-upload-words]")?.dataset;

/** A line of the list of files on their way: name, bar, words, and a button to cancel. */
export class Line {
  #leave = new AbortController();

  constructor(file, list) {
    this.file = file;
    this.item = document.createElement("li");
    this.item.className = "upload-row";
    const name = document.createElement("span");
    name.className = "upload-name";
    name.textContent = file.name;
    this.bar = document.createElement("progress");
    this.bar.max = 1;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", file.name);
    this.note = document.createElement("span");
    this.note.className = "upload-note muted small";
    this.note.textContent = words.waiting;
    this.button = this.#button(words.cancel);
    this.button.addEventListener("click", () => {
      this.#leave.abort();
      this.item.remove();
    });
    this.item.append(name, this.bar, this.note, this.button);
    list.append(this.item);
    list.hidden = false;
  }

  get signal() {
    return this.#leave.signal;
  }

  #button(text) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-secondary button-small";
    button.textContent = text;
    return button;
  }

  tell(state, share) {
    const percent = Math.floor(share * 100);
    this.bar.value = share;
    this.item.classList.toggle("is-waiting", state === "broken");
    this.note.textContent = share < 1 || state === "broken" ? words[state].replace("{percent}", percent) : words.working;
  }

  /** Say why the file didn't come, and offer to send it `again`, or to clear it away where that is no use. */
  fail(text, again, { isFinal = false } = {}) {
    this.item.classList.remove("is-waiting");
    this.item.classList.add("is-bad");
    this.bar.remove();
    this.note.textContent = text.replace(`${this.file.name}: `, "");
    this.button.remove();
    const button = this.#button(isFinal ? words.dismiss : words.again);
    button.setAttribute("aria-label", `${button.textContent}: ${this.file.name}`);
    button.addEventListener("click", () => {
      const list = this.item.parentElement;
      this.item.remove();
      list.hidden = !list.children.length;
      again();
    });
    this.item.append(button);
  }
}

/** Whether the file won't be taken the next time either: it is only cleared away then. */
export const isFinal = (error) => [413, 422].includes(error.status);

/** The words for what hindered a file. */
export function reason(error) {
  if (error.status === 401) return words.signedOut;
  if (error.status === 413) return words.tooLarge;
  return error.message || words.failed;
}
