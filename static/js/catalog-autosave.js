/* The lesson editor saves by itself: some seconds after the typing stops and when the page is left.
   What isn't saved yet is kept in this browser, over a lost network or a sign-in that has ended, and
   is offered again. The state says what is true: saved at a time, or not saved and why. */
const PAUSE = 3000; // milliseconds without typing before a save
const AGAIN = 15_000; // before a failed save is tried again
const KEEPALIVE_LIMIT = 60_000; // bytes a browser still sends after the page is gone
const MOST_OFFERS = 5;

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false; // no room, or storage is forbidden: the state goes on telling what is saved
  }
}

class Autosave {
  #timer = 0;
  #busy = false;
  #stopped = false; // someone else's text is in the way: a person brings the two together

  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.key = form.dataset.autosaveKey;
    this.state = form.querySelector("[data-editor-state]");
    form.elements.page.value = crypto.randomUUID();
    this.saved = form.dataset.unsaved === undefined ? this.typed : null;
    this.#settleOffers();
    form.addEventListener("input", () => this.#changed());
    form.addEventListener("submit", () => { clearTimeout(this.#timer); });
    addEventListener("online", () => this.#hurry());
    addEventListener("pagehide", () => this.#sendLast());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.#sendLast();
      else this.#hurry();
    });
  }

  get typed() {
    return JSON.stringify([this.form.elements.title.value, this.form.elements.body.value]);
  }

  #say(text, isBad = false) {
    this.state.textContent = text;
    this.state.classList.toggle("is-bad", isBad);
  }

  #changed() {
    if (this.typed === this.saved) {
      write(this.key, null);
      return;
    }
    const [title, body] = JSON.parse(this.typed);
    const row = this.form.elements.row_version.value;
    write(this.key, { title, body, row_version: row, at: Date.now() });
    if (!this.#stopped) this.#later(PAUSE);
  }

  #later(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), pause);
  }

  #hurry() {
    if (this.typed !== this.saved && !this.#stopped) this.#later(0);
  }

  async #save(again = true) {
    const typed = this.typed;
    if (this.#busy || typed === this.saved) return;
    this.#busy = true;
    this.#say(this.words.saying);
    let answer = null;
    try {
      answer = await this.#send();
      if (again && (answer.status === 400 || answer.status === 401) && (await this.#renew())) {
        answer = await this.#send();
      }
    } catch {
      answer = null;
    }
    this.#busy = false;
    await this.#heard(answer, typed);
  }

  #send(keepalive = false) {
    return fetch(this.words.autosaveUrl, {
      method: "POST",
      body: new URLSearchParams(new FormData(this.form)),
      headers: { Accept: "application/json" },
      keepalive,
    });
  }

  /* The form's token ends with the sign-in: a new one comes with the page, if the same person has
     signed in again meanwhile. */
  async #renew() {
    const page = await fetch(this.words.editorUrl, { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const form = [...fresh.querySelectorAll("[data-autosave-key]")].find((found) => found.dataset.autosaveKey === this.key);
    const token = form?.elements.csrf_token;
    if (!token) return false;
    this.form.elements.csrf_token.value = token.value;
    return true;
  }

  async #heard(answer, typed) {
    if (answer?.ok) {
      const told = await answer.json();
      this.#accept(told, typed);
      return;
    }
    if (answer?.status === 409) {
      this.#stopped = true;
      this.#say(this.words.changed, true);
      return;
    }
    if (answer === null || answer.status >= 500) this.#say(this.words.offline, true);
    else if (answer.status === 422) this.#say(`${this.words.refused} ${await message(answer)}`, true);
    else this.#say(this.words.signedOut, true);
    this.#later(AGAIN);
  }

  #accept(told, typed) {
    this.saved = typed;
    this.form.elements.row_version.value = told.row_version;
    delete this.form.dataset.unsaved;
    this.form.dispatchEvent(new CustomEvent("lesson:saved", { bubbles: true }));
    if (this.typed === typed) {
      write(this.key, null);
      this.#say(this.words.savedAt.replace("{time}", told.saved_at));
    } else {
      this.#changed();
    }
  }

  #sendLast() {
    if (this.typed === this.saved || this.#stopped || this.#busy) return;
    const size = new URLSearchParams(new FormData(this.form)).toString().length;
    if (size < KEEPALIVE_LIMIT) {
      const typed = this.typed;
      this.#send(true).then(async (answer) => { if (answer.ok) this.#accept(await answer.json(), typed); }).catch(() => {});
    }
  }

  /* Texts an earlier page left behind, the latest first; what is typed now doesn't overwrite them. */
  #settleOffers() {
    const kept = Number(this.words.kept || 0);
    const left = [read(this.key), ...(read(`${this.key} earlier`) ?? [])]
      .filter((text) => text && Number(text.row_version) >= kept)
      .filter((text) => JSON.stringify([text.title, text.body]) !== this.typed)
      .slice(0, MOST_OFFERS);
    write(this.key, null);
    write(`${this.key} earlier`, left.length ? left : null);
    this.#offer(left);
  }

  #offer(left) {
    const box = document.querySelector(`[data-offer="${CSS.escape(this.key)}"]`);
    box.hidden = !left.length;
    if (!left.length) return;
    const [text, ...rest] = left;
    const at = new Date(text.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    box.querySelector("[data-offer-text]").textContent = box.dataset.words.replace("{time}", at);
    const settle = () => {
      write(`${this.key} earlier`, rest.length ? rest : null);
      this.#offer(rest);
    };
    box.querySelector("[data-offer-take]").onclick = () => {
      this.form.elements.title.value = text.title;
      this.form.elements.body.value = text.body;
      this.form.elements.row_version.value = text.row_version;
      settle();
      this.form.elements.body.dispatchEvent(new Event("input", { bubbles: true }));
      this.form.elements.body.focus();
    };
    box.querySelector("[data-offer-drop]").onclick = settle;
  }
}

async function message(answer) {
  try {
    return (await answer.json()).message ?? "";
  } catch {
    return "";
  }
}

for (const form of document.querySelectorAll("[data-autosave-url]")) new Autosave(form);

/* The page of a merge: the server has the text, in its history too. */
for (const form of document.querySelectorAll("[data-kept-text]")) write(form.dataset.keptText, null);
