/* On the result of an exam that the clock closed: answers that this browser kept while the network
   was away are still sent, and the result is shown anew. */
import { Clock } from "./exam-clock.js";
import { readData } from "./exam-data.js";
import { openJournal } from "./exam-journal.js";
import { Sender } from "./exam-sender.js";
import { announcer, showStatus } from "./exam-status.js";

const { data, words } = readData();
const clock = new Clock(data);
const journal = await openJournal(data.attempt, clock.now());

if ((await journal.all()).length) {
  const sender = new Sender({ data, journal, clock });
  await sender.start();
  showStatus(sender, { data, words, announce: announcer() });
  await sender.whenEmpty();
  if (sender.refused.length) sender.stop();
  else location.reload();
}
