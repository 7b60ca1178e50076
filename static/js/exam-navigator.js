/* One question at a time: back and forth, the grid of questions, the sheet it becomes on a phone. */
export class Navigator extends EventTarget {
  constructor({ words, key }) {
    super();
    this.sections = [...document.querySelectorAll(".question")];
    this.items = [...document.querySelectorAll("[data-go]")];
    this.back = document.querySelector("[data-back]");
    this.next = document.querySelector("[data-next]");
    this.place = document.querySelector("[data-place]");
    this.words = words;
    this.key = key;
    this.#bind();
    this.#bindSheet();
  }

  get section() {
    return this.sections[this.position - 1];
  }

  /* Where to begin: the address, else where this tab was, else the first open question. */
  begin(isAnswered) {
    const open = this.sections.findIndex((section) => !isAnswered(Number(section.dataset.position))) + 1;
    this.show(this.#named(location.hash) || Number(this.#remembered()) || open || 1, { focus: false });
    document.getElementById("exam").classList.add("is-live");
    document.querySelector("[data-actions]").hidden = false;
    // Questions have parts of their own for either.
    document.querySelector("[data-nav] [data-scripted]").hidden = false;
    document.querySelector(".exam-plain").hidden = true;
  }

  show(position, { focus = true } = {}) {
    this.position = Math.min(Math.max(position, 1), this.sections.length);
    this.sections.forEach((section, index) => { section.hidden = index + 1 !== this.position; });
    for (const item of this.items) {
      if (Number(item.dataset.go) === this.position) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
    const isLast = this.position === this.sections.length;
    this.back.disabled = this.position === 1;
    this.next.querySelector("span").textContent = isLast ? this.words.review : this.words.next;
    this.place.textContent = `${this.position} / ${this.sections.length}`;
    history.replaceState(null, "", `#question-${this.position}`);
    try { sessionStorage.setItem(this.key, String(this.position)); } catch { /* The address knows it. */ }
    if (focus) {
      scrollTo({ top: 0 });
      this.section.focus({ preventScroll: true });
    }
    this.dispatchEvent(new Event("show"));
  }

  #named(hash) {
    const match = /^#question-(\d+)$/.exec(hash);
    return match ? Number(match[1]) : 0;
  }

  #remembered() {
    try { return sessionStorage.getItem(this.key); } catch { return 0; }
  }

  #bind() {
    this.back.addEventListener("click", () => this.show(this.position - 1));
    this.next.addEventListener("click", () => {
      if (this.position < this.sections.length) this.show(this.position + 1);
      else document.querySelector("[data-review]").click();
    });
    for (const item of this.items) {
      item.addEventListener("click", (event) => {
        event.preventDefault();
        document.querySelector("[data-sheet]").close();
        this.show(Number(item.dataset.go));
      });
    }
    addEventListener("hashchange", () => {
      const position = this.#named(location.hash);
      if (position && position !== this.position) this.show(position);
    });
  }

  #bindSheet() {
    const sheet = document.querySelector("[data-sheet]");
    const grid = document.querySelector("[data-nav]");
    document.querySelector("[data-open-sheet]").addEventListener("click", () => {
      sheet.querySelector("[data-sheet-place]").append(grid);
      sheet.showModal();
      grid.querySelector("[aria-current]").focus();
    });
    for (const button of [document.querySelector("[data-close-sheet]"), grid.querySelector("[data-review]")]) {
      button.addEventListener("click", () => sheet.close());
    }
    sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
    sheet.addEventListener("close", () => document.querySelector("[data-nav-place]").append(grid));
    matchMedia("(min-width: 62rem)").addEventListener("change", () => sheet.close());
  }
}
