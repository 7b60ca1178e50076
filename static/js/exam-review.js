/* Before handing in: every answer has its receipt, and the list shows what the server has. */
import { Clock, runClock } from "./exam-clock.js";
import { readData } from "./exam-data.js";
import { openJournal } from "./exam-journal.js";
import { Sender } from "./exam-sender.js";
import { announcer, guardLeaving, showStatus, tellOver, toaster } from "./exam-status.js";

const { data, words } = readData();
const announce = announcer();
const say = toaster(announce);
const clock = new Clock(data);
const journal = await openJournal(data.attempt, clock.now());
const sender = new Sender({ data, journal, clock });
const form = document.querySelector("[data-finish]");
const button = form.querySelector("button");
const sending = document.querySelector("[data-sending]");
let isChecked = false;

function showGate() {
  const isReady = sender.pending.size === 0;
  button.disabled = !isReady;
  sending.hidden = isReady;
  if (sender.closed && isReady) location.assign(data.result_url);
}

const unsent = await sender.start();
showStatus(sender, { data, words, announce, onChange: showGate });
// The list was made before these arrived.
if (unsent.length) sender.whenEmpty().then(() => { if (!sender.refused.length) location.reload(); });

const mayLeave = guardLeaving(sender, { words, say });
form.addEventListener("submit", async (event) => {
  if (isChecked) return;
  event.preventDefault();
  event.stopPropagation();
  // Another tab may have answered since, without network: this exam isn't handed in without it.
  const others = await sender.takeUp();
  if (!(await mayLeave())) return;
  if (others.length) {
    location.reload();
    return;
  }
  isChecked = true;
  form.requestSubmit(button);
});
document.getElementById("confirm-dialog")?.addEventListener("close", (event) => {
  if (event.target.returnValue !== "yes") isChecked = false;
});
document.querySelector("main").addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  if (!link) return;
  event.preventDefault();
  if (await mayLeave()) location.assign(link.href);
});

function end() {
  button.disabled = true;
  tellOver({ words, announce });
  sender.whenReached().then(() => location.assign(data.result_url));
}

runClock(clock, {
  words, announce, say, onOver: end, onGap: () => sender.wakeAfterSleep(), isAlone: () => !sender.reachable,
});
