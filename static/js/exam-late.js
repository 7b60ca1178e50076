/* On the result: answers that this browser kept while the network was away are still sent. The tab
   that wrote them knows when nothing more will come, and then asks for the final result. */
import { Clock } from "./exam-clock.js";
import { readData } from "./exam-data.js";
import { openJournal } from "./exam-journal.js";
import { Lease } from "./exam-lease.js";
import { Sender } from "./exam-sender.js";
import { announcer, showStatus } from "./exam-status.js";

const { data, words } = readData();
const clock = new Clock(data);
const journal = await openJournal(data.attempt, clock.now());
const finish = document.querySelector("[data-finish]");
const isWriter = await new Lease(data).claim();
const isWaiting = (await journal.all()).length > 0;
const sender = new Sender({ data, journal, clock });

if (isWaiting) {
  await sender.start();
  showStatus(sender, { data, words, announce: announcer() });
  await sender.whenEmpty();
  sender.stop();
}
if (!sender.refused.length) {
  if (finish && isWriter) finish.submit();
  else if (isWaiting) location.reload();
}
