/* The lesson editor: a preview that follows the typing, buttons that insert blocks, a warning before
   unsaved text is left. The page works without: its buttons save and preview by themselves. */
const form = document.querySelector("[data-editor]");
const text = form.querySelector("textarea");
const title = form.querySelector("input[name=title]");
const frame = document.querySelector("[data-preview]");
const state = form.querySelector("[data-editor-state]");
const PLACE = "editor-place";
const PAUSE = 400; // milliseconds without typing before the preview is fetched

let saved = `${title.value}\n${text.value}`;
let timer = 0;
let running = null;
let leaving = false;

function isDirty() {
  return `${title.value}\n${text.value}` !== saved;
}

/* A form that came back with errors, a preview or a conflict holds text that nobody saved yet. */
if (form.dataset.unsaved !== undefined) saved = "";

async function preview() {
  running?.abort();
  running = new AbortController();
  const signal = running.signal;
  const body = new URLSearchParams(new FormData(form));
  frame.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.previewUrl, {
      method: "POST",
      body,
      signal,
      headers: { Accept: "application/json" },
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const place = frame.scrollTop;
    frame.innerHTML = (await answer.json()).html;
    frame.scrollTop = place;
    frame.classList.remove("is-stale");
  } catch (error) {
    if (error.name === "AbortError") return;
    frame.classList.add("is-stale");
  }
  frame.removeAttribute("aria-busy");
}

function changed() {
  state.textContent = isDirty() ? form.dataset.leave : "";
  clearTimeout(timer);
  timer = setTimeout(preview, PAUSE);
}

/* A block's key stands once in a lesson: of a template whose key is taken, number it. */
function withFreeKey(snippet) {
  const [head, key] = /^::: \S+ (my-[a-z]+)/.exec(snippet) ?? [];
  if (!key) return snippet;
  const taken = new Set([...text.value.matchAll(/^:::+ *\S+ +([a-z0-9-]+)/gm)].map((match) => match[1]));
  let free = key;
  for (let number = 2; taken.has(free); number += 1) free = `${key}-${number}`;
  return snippet.replace(head, head.slice(0, -key.length) + free);
}

/* setRangeText keeps no undo history; insertText does, where the browser still offers it. */
function insert(template) {
  const snippet = withFreeKey(template);
  const begin = text.selectionStart;
  const chosen = text.value.slice(begin, text.selectionEnd);
  const isBlock = snippet.endsWith("\n");
  const gap = isBlock && begin > 0 && text.value[begin - 1] !== "\n" ? "\n\n" : "";
  const [before, after = ""] = (gap + snippet).split("|||");
  text.focus();
  if (!document.execCommand("insertText", false, before + chosen + after)) {
    text.setRangeText(before + chosen + after, begin, text.selectionEnd, "end");
    changed();
  }
  const caret = begin + before.length + chosen.length;
  text.setSelectionRange(caret, caret);
}

/* Saving loads the page anew: who saves while writing goes on where they were. */
function keepPlace() {
  if (document.activeElement !== text) return;
  const place = { page: location.pathname, start: text.selectionStart, end: text.selectionEnd, inText: text.scrollTop, y: scrollY };
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(place));
  } catch {
    // Without storage the page begins at its top.
  }
}

function takePlace() {
  try {
    const place = JSON.parse(sessionStorage.getItem(PLACE));
    sessionStorage.removeItem(PLACE);
    if (place?.page !== location.pathname || document.querySelector("[data-focus]")) return;
    text.focus({ preventScroll: true });
    text.setSelectionRange(place.start, place.end);
    text.scrollTop = place.inText;
    scrollTo({ top: place.y, behavior: "instant" });
  } catch {
    // Nothing was kept.
  }
}

takePlace();
form.addEventListener("input", changed);
text.addEventListener("editor:insert", (event) => insert(event.detail));
form.addEventListener("lesson:saved", () => { saved = `${title.value}\n${text.value}`; });
form.addEventListener("submit", () => {
  leaving = true;
  keepPlace();
});
form.querySelector("[data-preview-button]").addEventListener("click", (event) => {
  event.preventDefault();
  preview();
  frame.scrollIntoView({ block: "nearest" });
});
window.addEventListener("beforeunload", (event) => {
  if (!leaving && isDirty()) event.preventDefault();
});

/* Answers of a previewed self-check go nowhere. */
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-preview-check]")) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button.button-primary"));
  }
});

const toolbar = form.querySelector("[data-snippets]");
toolbar.hidden = false;
for (const button of toolbar.querySelectorAll("[data-snippet]")) {
  button.addEventListener("click", () => insert(button.dataset.snippet));
}
