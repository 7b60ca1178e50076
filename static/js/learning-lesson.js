/* Reading a lesson: keeps the reader's place, takes up where they stopped, answers self-checks in
   place. Without this module the page has a button 'Mark as read' and its forms work by themselves. */

const QUIET = 1500; // milliseconds without scrolling before the place is sent
const MOST = 15000; // it is sent at least this often while someone reads
const BEAT = "beat"; // a sign of life that is sent though nothing changed

const form = document.getElementById("reading");
const body = document.querySelector("[data-lesson-body]");
const bar = document.querySelector("[data-reading-bar]");
const skew = Number(form.dataset.now) - Date.now(); // the server's clock is the one that counts

const reading = {
  place: 0,
  furthest: Number(form.dataset.furthest),
  completed: "completed" in form.dataset,
  sent: "",
  sentAt: 0,
  timer: 0,
};

const permille = (part) => Math.round(1000 * Math.min(1, Math.max(0, part)));

function measure() {
  const { top, height } = body.getBoundingClientRect();
  if (!height) return;
  reading.place = permille(-top / height);
  const seen = permille((window.innerHeight - top) / height);
  bar.value = seen;
  if (document.visibilityState === "visible") reading.furthest = Math.max(reading.furthest, seen);
}

function schedule() {
  clearTimeout(reading.timer);
  const overdue = reading.sentAt && Date.now() - reading.sentAt > MOST;
  reading.timer = setTimeout(() => send(), overdue ? 0 : QUIET);
}

async function send(beat) {
  clearTimeout(reading.timer);
  const state = `${reading.place}/${reading.furthest}`;
  if (state === reading.sent && beat !== BEAT) return;
  const data = new URLSearchParams(new FormData(form));
  data.set("place", reading.place);
  data.set("furthest", reading.furthest);
  data.set("at", Date.now() + skew);
  reading.sentAt = Date.now();
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: data,
      headers: { Accept: "application/json" },
      keepalive: true,
    });
    if (!answer.ok) return; // signed out, or the form is too old: the next page load sorts it out
    reading.sent = state;
    show(await answer.json());
  } catch {
    // No network: what was read stays here and goes with the next change or when it is back.
  }
}

function show(kept) {
  if (!kept.completed || reading.completed) return;
  reading.completed = true;
  for (const part of document.querySelectorAll("[data-until-complete]")) part.hidden = true;
  for (const part of document.querySelectorAll("[data-when-complete], [data-complete-mark]")) part.hidden = false;
}

function resume() {
  const place = Number(form.dataset.resume);
  if (!place || location.hash) return;
  const go = () => {
    const { top, height } = body.getBoundingClientRect();
    window.scrollTo({ top: window.scrollY + top + (height * place) / 1000, behavior: "instant" });
  };
  go();
  // Fonts and figures may still change the height: set it right unless the reader has moved.
  const before = window.scrollY;
  window.addEventListener("load", () => { if (Math.abs(window.scrollY - before) < 2) go(); }, { once: true });
  document.querySelector("[data-resumed]").hidden = false;
}

function answerChecks() {
  document.addEventListener("submit", async (event) => {
    const asked = event.target.closest("[data-check-form]");
    if (!asked) return;
    event.preventDefault();
    const button = asked.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(asked.action, {
        method: "POST",
        body: new FormData(asked),
        headers: { "X-Part": "check", Accept: "text/html" },
      });
      const part = checkIn(await answer.text());
      if (part) replaceCheck(asked.closest("[data-check]"), part);
      else asked.submit(); // the plain way shows what is wrong
    } catch {
      tellAway(asked);
      button.disabled = false;
    }
  });
  document.addEventListener("click", async (event) => {
    const again = event.target.closest("[data-again]");
    if (!again || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const section = again.closest("[data-check]");
    try {
      const answer = await fetch(again.href, { headers: { "X-Part": "check", Accept: "text/html" } });
      const part = checkIn(await answer.text());
      if (part) replaceCheck(section, part);
      else location.assign(again.href);
    } catch {
      tellAway(again);
    }
  });
}

/* The self-check that a reply consists of; none in the page of a proxy or of the sign-in. */
function checkIn(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("body > [data-check]");
}

/* Without network the lesson stays where it is: leaving would lose what was chosen. */
function tellAway(control) {
  const words = document.querySelector("template[data-away]").content.firstElementChild.cloneNode(true);
  const section = control.closest("[data-check]");
  section.querySelector("[data-away-words]")?.remove();
  control.after(words);
}

function replaceCheck(section, part) {
  section.replaceWith(part);
  part.dispatchEvent(new CustomEvent("lesson-part", { bubbles: true })); // exercises: learning-workbench.js
  // What was answered is shown by controls that take no focus: the words about it do.
  const first = "[aria-invalid='true'], input:not([type='hidden']), select";
  (part.querySelector("[data-feedback]") ?? part.querySelector(first))?.focus();
  reading.sent = ""; // the answer may have completed the lesson: ask
  measure();
  send();
}

function followContents() {
  const links = new Map();
  for (const link of document.querySelectorAll(".lesson-aside .toc a")) {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (target) links.set(target, link);
  }
  const mark = () => {
    let current = null;
    for (const target of links.keys()) {
      if (target.getBoundingClientRect().top < window.innerHeight / 3) current = target;
    }
    for (const [target, link] of links) {
      if (target === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  mark();
  return mark;
}

resume();
measure();
const markContents = followContents();
answerChecks();
schedule();

let waiting = false;
window.addEventListener("scroll", () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    measure();
    markContents();
    schedule();
  });
}, { passive: true });
window.addEventListener("resize", measure, { passive: true });
window.addEventListener("online", () => send());
window.addEventListener("pagehide", () => send());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") send();
  else { measure(); schedule(); }
});

// A lesson with a minimum time: while it is in view, the server hears of it twice a minute.
if ("beats" in form.dataset) {
  send(BEAT);
  setInterval(() => {
    if (document.visibilityState === "visible" && !reading.completed) send(BEAT);
  }, 30_000);
}
