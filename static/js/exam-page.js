/* The exam: answers are kept in the journal, sent at once, and shown as saved on their receipt. */
import {
  countWords, isTouched, readCertainty, readResponse, sameResponse, showCertainty, showChosenTexts, showResponse,
  warnOfWords,
} from "./exam-answers.js";
import { Clock, runClock } from "./exam-clock.js";
import { isLater, newId, readData } from "./exam-data.js";
import { makeConversation } from "./exam-dialogue.js";
import { makeFiles } from "./exam-files.js";
import { openJournal } from "./exam-journal.js";
import { Lease } from "./exam-lease.js";
import { Navigator } from "./exam-navigator.js";
import { makeSortable } from "./exam-order.js";
import { Sender } from "./exam-sender.js";
import { makePicture } from "./hotspot.js";
import { announcer, guardLeaving, notice, showStatus, tellOver, toaster, TYPED } from "./exam-status.js";

const TYPING_PAUSE = 500; // ms after the last key
const TYPING_LIMIT = 1500; // ms after the first key that isn't recorded yet

const { data, words } = readData();
const announce = announcer();
const say = toaster(announce);
const clock = new Clock(data);
const lease = new Lease(data);
const claimed = lease.claim();
const journal = await openJournal(data.attempt, clock.now());
const sender = new Sender({ data, journal, clock });
const navigator_ = new Navigator({ words, key: `exam:${data.attempt}:place` });
const sections = new Map(navigator_.sections.map((section) => [Number(section.dataset.position), section]));

const answers = new Map(); // position → the response shown and recorded
const certainties = new Map(); // position → how sure, recorded
const flags = new Set();
let sequence = data.last_sequence;
let isOver = false;

/* What the server has, overlaid with what an earlier page recorded later but couldn't send. What was
   answered while the scripts were still on their way stays in the page, to be recorded once it is
   known who writes. */
function restore(unsent) {
  const answered = new Map(Object.entries(data.answers).map(([position, answer]) => [Number(position), answer]));
  const flagged = new Map(Object.entries(data.flags).map(([position, flag]) => [Number(position), flag]));
  for (const event of unsent) {
    const rank = [event.writer, event.sequence];
    if (event.writer === data.writer) sequence = Math.max(sequence, event.sequence);
    const known = event.kind === "answer" ? answered : flagged;
    if (isLater(rank, known.get(event.position)?.rank)) known.set(event.position, { ...event, rank });
  }
  for (const [position, section] of sections) {
    const response = answered.get(position)?.response ?? null;
    const certainty = answered.get(position)?.certainty ?? null;
    answers.set(position, response);
    certainties.set(position, certainty);
    if (!isTouched(section)) {
      showResponse(section, response);
      showCertainty(section, certainty);
    }
    section.dispatchEvent(new Event("orderchange"));
    showChosenTexts(section);
    warnOfWords(section);
    countWords(section);
    const isFlagged = flagged.get(position)?.flagged ?? false;
    section.querySelector("[data-flag]").checked = isFlagged;
    if (isFlagged) flags.add(position);
  }
}

function record(kind, position, body, authored_at = clock.now()) {
  sequence += 1;
  sender.record({
    attempt: data.attempt,
    event_id: newId(),
    kind,
    writer: data.writer,
    sequence,
    position,
    ...body,
    authored_at,
  });
}

function recordAnswer(section) {
  clearTimeout(section.typing);
  const typedAt = section.typedAt;
  section.typingSince = section.typedAt = undefined;
  if (section.dataset.kind !== "file") sender.setDraft(Number(section.dataset.position), false);
  if (!mayWrite()) return;
  const position = Number(section.dataset.position);
  const response = readResponse(section);
  const certainty = response === null ? null : readCertainty(section);
  if (sameResponse(response, answers.get(position)) && certainty === certainties.get(position)) return;
  answers.set(position, response);
  certainties.set(position, certainty);
  record("answer", position, certainty === null ? { response } : { response, certainty }, typedAt);
  showProgress();
}

/* Typing: soon after the last key, and now and then in between. Given was the answer at that key,
   which may be the last moment of the exam. */
function recordSoon(section) {
  const now = performance.now();
  section.typedAt = clock.now();
  section.typingSince ??= now;
  clearTimeout(section.typing);
  const pause = Math.min(TYPING_PAUSE, Math.max(0, section.typingSince + TYPING_LIMIT - now));
  section.typing = setTimeout(() => recordAnswer(section), pause);
  sender.setDraft(Number(section.dataset.position), true);
}

function recordTyped() {
  for (const section of sections.values()) if (section.typingSince !== undefined) recordAnswer(section);
}

function recordFlag(position, isFlagged) {
  if (!mayWrite()) return;
  if (isFlagged) flags.add(position);
  else flags.delete(position);
  sections.get(position).querySelector("[data-flag]").checked = isFlagged;
  record("flag", position, { flagged: isFlagged });
  showProgress();
}

function mayWrite() {
  return lease.held && !isOver;
}

function showProgress() {
  const done = [...answers.values()].filter((response) => response !== null).length;
  document.querySelector("[data-answered]").textContent = done;
  document.querySelector("[data-answered-bar]").value = done;
  for (const item of navigator_.items) {
    const position = Number(item.dataset.go);
    const isAnswered = answers.get(position) !== null;
    item.classList.toggle("is-answered", isAnswered);
    item.classList.toggle("is-flagged", flags.has(position));
    item.querySelector("[data-done]").hidden = !isAnswered;
    item.querySelector("[data-marked]").hidden = !flags.has(position);
  }
  const isFlagged = flags.has(navigator_.position);
  document.querySelector("[data-flag-button]").setAttribute("aria-pressed", String(isFlagged));
  showSaved();
}

function showSaved() {
  for (const [position, section] of sections) {
    const isSaved = answers.get(position) === null ? "none" : "saved";
    const waits = sender.reachable ? "saving" : "waiting";
    const state = sender.isRefused(position) ? "failed" : sender.isPending(position) ? waits : isSaved;
    section.querySelector("[data-question-state]").dataset.state = state;
  }
  lease.compare(sender.writer);
  // What arrived late may not be what stands now: show what does.
  if (sender.isOutranked && !lease.held && !sender.pending.size && !sender.refused.length) showAnew();
  if (sender.closed && sender.isEmpty) leaveForResult();
}

function setWritable() {
  const writable = mayWrite();
  for (const fields of document.querySelectorAll(".question-fields, .certainty-fields")) fields.disabled = !writable;
  document.querySelector("[data-flag-button]").disabled = !writable;
  notice("elsewhere", !lease.held && !isOver);
}

let isLeaving = false;
function showAnew() {
  if (isLeaving) return;
  isLeaving = true;
  sender.stop();
  location.reload();
}

function leaveForResult() {
  if (isLeaving) return;
  isLeaving = true;
  sender.stop();
  // A whole group ends at one moment: arrive over a few seconds.
  setTimeout(() => location.assign(data.result_url), Math.random() * 2000);
}

function end() {
  recordTyped();
  isOver = true;
  setWritable();
  tellOver({ words, announce });
  sender.whenReached().then(leaveForResult);
}

function bindQuestions() {
  for (const section of sections.values()) {
    makeSortable(section, { words, announce, onChange: () => recordAnswer(section) });
    makeConversation(section, { onChange: () => recordAnswer(section) });
    makeFiles(section, {
      data,
      clock,
      next: () => ({ event_id: newId(), writer: data.writer, sequence: (sequence += 1) }),
      mayWrite: () => lease.held, // what was chosen in time may arrive late
      onWaiting: (isWaiting) => sender.setDraft(Number(section.dataset.position), isWaiting),
      onSaved: (response) => {
        answers.set(Number(section.dataset.position), response);
        showProgress();
      },
      onChange: () => recordAnswer(section),
    });
    makePicture(section, { onChange: () => recordAnswer(section) });
    section.addEventListener("input", (event) => {
      if (event.target.matches(TYPED)) recordSoon(section);
      if (event.target.matches("textarea")) countWords(section);
      if (event.target.matches("[inputmode]")) section.querySelector("[data-not-a-number]").hidden = true;
    });
    section.addEventListener("change", (event) => {
      if (event.target.matches("[data-flag]")) return;
      recordAnswer(section);
      showChosenTexts(section);
      const warning = warnOfWords(section);
      if (warning) announce(warning);
      if (event.target.matches(TYPED) && answers.get(Number(section.dataset.position)) && sender.state === "saved") {
        announce(words.saved);
      }
    });
  }
  document.querySelector("[data-flag-button]").addEventListener("click", () => {
    recordFlag(navigator_.position, !flags.has(navigator_.position));
  });
  document.getElementById("paper").addEventListener("submit", (event) => {
    event.preventDefault();
    recordTyped();
    document.querySelector("[data-next]").click();
  });
}

function bindLeaving() {
  const mayLeave = guardLeaving(sender, { words, say });
  document.querySelector("[data-review]").addEventListener("click", async (event) => {
    event.preventDefault();
    recordTyped();
    if (await mayLeave()) location.assign(event.target.closest("a").href);
  });
  document.querySelector("[data-take-over]").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await mayLeave()) event.target.submit();
  });
  addEventListener("beforeunload", (event) => {
    recordTyped();
    if (sender.pending.size && !isLeaving) event.preventDefault();
  });
  document.addEventListener("visibilitychange", recordTyped);
}

bindQuestions();
restore(await journal.all());
navigator_.addEventListener("show", () => { recordTyped(); showProgress(); });
navigator_.begin((position) => answers.get(position) !== null);
await claimed;
setWritable();
bindLeaving();
await sender.start();
// What was answered before the scripts had arrived, or before it was known who writes.
for (const section of sections.values()) {
  if (lease.held) recordAnswer(section);
  else showResponse(section, answers.get(Number(section.dataset.position)));
}
showStatus(sender, { data, words, announce, onChange: showSaved });
showProgress();
lease.addEventListener("losing", recordTyped);
lease.addEventListener("lost", () => {
  setWritable();
  announce(words.elsewhere);
});
runClock(clock, {
  words, announce, say, onOver: end, onGap: () => sender.wakeAfterSleep(), isAlone: () => !sender.reachable,
});
