/* Forms of questions and exams. Every button works without this module: it sends the form and the
   page comes back. Here the same page is fetched and only the parts that change are put in place. */

const REFRESH_AFTER = 500; // ms without typing
const ROWS = "[data-rows]";
const SHOWN = "#preview-body, [data-live]"; // what shows the question, and holds nothing typed
const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]"; // of the keyboard
const form = document.querySelector("form[data-authoring]");

async function fetched(name, value) {
  const fields = new FormData(form);
  fields.append(name, value);
  // Not form.action: that is the buttons of this name.
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body: fields, headers: { Accept: "text/html" } });
  if (!answer.ok) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/* Puts fresh parts in place. ``kept`` is a field that stays the one it is: a new one would forget its
   caret and its selection, and what is typed next would land beside what it should replace. Where the
   focus was inside, it stays at the same stop. */
function replace(page, selector, kept = null) {
  for (const fresh of page.querySelectorAll(selector)) {
    const stale = fresh.id && document.getElementById(fresh.id);
    if (!stale) continue;
    const part = document.adoptNode(fresh);
    const twin = kept?.id && part.querySelector(`#${CSS.escape(kept.id)}`);
    const stop = [...stale.querySelectorAll(STOPS)].indexOf(document.activeElement);
    if (twin) twin.replaceWith(kept);
    stale.replaceWith(part);
    if (stop >= 0) part.querySelectorAll(STOPS)[stop]?.focus({ preventScroll: true });
  }
}

/* Rows: added, removed and moved in place. */

function rowIds(region) {
  return [...region.querySelectorAll("[id$='-row']")].map((row) => row.id);
}

function rowKeys(region) {
  return [...region.querySelectorAll("[id$='-row'] > input[type=hidden]")].map((input) => input.value);
}

/* Puts the focus where the author goes on: a new row's text, the moved row's button, else the row
   that took the place of a removed one. */
function focusAfter(command, region, keysBefore) {
  const [verb, , index] = command.split(":");
  const rows = rowIds(region).map((id) => document.getElementById(id));
  if (!rows.length) {
    region.querySelector("button[data-in-place]")?.focus();
    return;
  }
  if (verb === "add") {
    const added = rowKeys(region).findIndex((key) => !keysBefore.includes(key));
    rows.at(added)?.querySelector("textarea, select, input:not([type=hidden])")?.focus();
    return;
  }
  const place = Number(index) + { up: -1, down: 1, remove: 0 }[verb];
  const row = rows[Math.min(Math.max(place, 0), rows.length - 1)];
  const same = row.querySelector(`button[value^="${verb}:"]:not([disabled])`);
  (same ?? row.querySelector("button:not([disabled]), textarea, select"))?.focus();
}

let busy = false;

function holdRows(held) {
  for (const region of form.querySelectorAll(ROWS)) region.inert = held;
}

async function changeRows(button) {
  const region = button.closest(ROWS);
  if (busy || !region) return;
  busy = true;
  region.setAttribute("aria-busy", "true");
  holdRows(true); // what is typed into rows on their way out would be lost
  const keysBefore = rowKeys(region);
  try {
    const page = await fetched(button.name, button.value);
    if (!page) throw new Error("not taken");
    replace(page, `${ROWS}, ${SHOWN}`);
    showLanguage(language);
    focusAfter(button.value, document.getElementById(region.id), keysBefore);
  } catch {
    // No network or a sign-in that ended: the plain way shows the page that says so.
    region.removeAttribute("aria-busy");
    holdRows(false);
    form.requestSubmit(button);
  } finally {
    busy = false;
  }
}

/* The preview follows what is typed. */

let timer = 0;
let asked = 0;

function filledIn() {
  return new URLSearchParams(new FormData(form)).toString();
}

const TYPED = "textarea, input:not([type=checkbox], [type=radio], [type=hidden])";

/* The field of a row that is being typed into, if any. */
function typedInto() {
  const field = document.activeElement;
  return field?.matches(TYPED) && field.closest(ROWS) ? field : null;
}

/* Choices that are named by what is typed elsewhere, as a dialogue's turns, are named anew. */
function renameChoices(page) {
  for (const fresh of page.querySelectorAll(`:is(${ROWS}) select`)) {
    const own = fresh.id && document.getElementById(fresh.id);
    for (const [place, option] of [...(own?.options ?? [])].entries()) {
      const same = fresh.options[place];
      if (same?.value === option.value && same.text !== option.text) option.textContent = same.textContent;
    }
  }
}

async function refresh(selector) {
  const mine = (asked += 1);
  const sent = filledIn();
  const page = await fetched("action", "preview").catch(() => null);
  if (!page || mine !== asked || busy) return;
  // Rows are replaced with their fields: never by an answer to what was there before.
  if (selector === ROWS && filledIn() !== sent) {
    refresh(selector);
    return;
  }
  const place = selector === SHOWN ? null : document.activeElement?.id;
  const graph = document.querySelector(".graph-scroll");
  const scrolled = [graph?.scrollLeft ?? 0, graph?.scrollTop ?? 0];
  if (selector === SHOWN) renameChoices(page);
  replace(page, selector, selector === ROWS ? typedInto() : null);
  document.querySelector(".graph-scroll")?.scrollTo(...scrolled);
  showLanguage(language);
  if (place) document.getElementById(place)?.focus();
}

/* One step of a dialogue's play-through. */
async function play(button) {
  const page = await fetched(button.name, button.value).catch(() => null);
  if (!page) {
    form.requestSubmit(button);
    return;
  }
  replace(page, "[data-live]");
  const next = document.querySelector(".graph-play [data-play].option, .graph-play .dialogue-debriefing");
  if (next?.tagName === "DIV") next.tabIndex = -1;
  next?.focus();
}

function refreshSoon() {
  clearTimeout(timer);
  timer = setTimeout(() => refresh(SHOWN), REFRESH_AFTER);
}

/* On a narrow screen one language is shown at a time. */

const languageSwitch = form?.querySelector("[data-language-switch]");
let language = languageSwitch?.querySelector("button")?.value ?? "";

function showLanguage(chosen) {
  if (!languageSwitch) return;
  language = chosen;
  form.dataset.shown = chosen;
  for (const button of languageSwitch.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === chosen));
  }
  for (const side of form.querySelectorAll("[data-language]")) {
    side.classList.toggle("is-other", side.dataset.language !== chosen);
  }
}

function setUp() {
  const preview = document.getElementById("preview");
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-in-place]");
    if (button) {
      event.preventDefault();
      changeRows(button);
      return;
    }
    if (event.target.closest("[data-preview-button]") && preview) {
      event.preventDefault();
      refresh(SHOWN);
    }
    const step = event.target.closest("button[data-play]");
    if (step) {
      event.preventDefault();
      play(step);
    }
  });
  form.addEventListener("input", (event) => {
    if (preview && !preview.contains(event.target)) refreshSoon();
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-in-place-change]")) refresh(ROWS);
    else if (event.target.matches("select")) refreshSoon();
  });
  const graph = document.querySelector(".graph-scroll");
  if (graph) graph.scrollLeft = (graph.scrollWidth - graph.clientWidth) / 2; // the first turn
  if (!languageSwitch) return;
  languageSwitch.hidden = false;
  languageSwitch.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) showLanguage(button.value);
  });
  const faulty = form.querySelector("[data-language].field-bad");
  showLanguage(faulty?.dataset.language ?? language);
  // A link of the error summary may lead to a field of the language that isn't shown.
  document.querySelector(".error-summary")?.addEventListener("click", (event) => {
    const id = event.target.closest("a")?.hash.slice(1);
    const side = id && document.getElementById(id)?.closest("[data-language]");
    if (side) showLanguage(side.dataset.language);
  });
}

if (form) setUp();
