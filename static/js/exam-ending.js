/* After the deadline: send what is left, wait out the grace, open the result. The tab that wrote the
   answers knows that nothing more will come and asks for the final result; any other only waits for
   the server to close the exam, since the writer may be without network. */
import { Clock } from "./exam-clock.js";
import { readData } from "./exam-data.js";
import { openJournal } from "./exam-journal.js";
import { Lease } from "./exam-lease.js";
import { Sender } from "./exam-sender.js";
import { announcer, showStatus } from "./exam-status.js";

const { data, words } = readData();
const clock = new Clock(data);
const journal = await openJournal(data.attempt, clock.now());
const sender = new Sender({ data, journal, clock });
const form = document.querySelector("[data-finish]");

const isWriter = await new Lease(data).claim();

form.hidden = true;
document.querySelector("[data-waiting]").hidden = false;
await sender.start();
showStatus(sender, { data, words, announce: announcer() });

/* Not before the grace is over: another device may still have answers on their way. */
async function open() {
  await sender.whenEmpty();
  if (sender.refused.length) {
    form.hidden = false;
    return;
  }
  const pause = clock.deadline + 1000 * data.grace_seconds - clock.now();
  if (pause > 0) setTimeout(open, Math.min(pause + 500, 5000));
  else if (!(await sender.ping())) setTimeout(open, 3000);
  else if (isWriter) form.submit();
  else {
    form.hidden = false;
    setTimeout(() => location.reload(), 5000);
  }
}

open();
