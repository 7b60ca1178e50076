/* What the page says about saving: never more than the server has vouched for. */
import { sealJournal } from "./exam-seal.js";

export function announcer() {
  const live = document.querySelector("[data-live]");
  let waiting = []; // what happens at one moment is read out together
  return (text) => {
    if (!waiting.length) {
      live.textContent = "";
      setTimeout(() => {
        live.textContent = waiting.join(" ");
        waiting = [];
      }, 50);
    }
    waiting.push(text);
  };
}

/* Show or hide a notice; returns its title where it appears now. */
export function notice(name, shown) {
  const element = document.querySelector(`[data-notice="${name}"]`);
  const appears = element?.hidden && shown;
  if (element) element.hidden = !shown;
  return appears ? `${element.querySelector(".alert-title").textContent}.` : "";
}

/* The time is over: what is said of a missing network asks for no more answers. */
export function tellOver({ words, announce }) {
  notice("over", true);
  document.querySelector("[data-while-open]").hidden = true;
  document.querySelector("[data-while-over]").hidden = false;
  announce(words.over);
}

function offerFile(sender, data, words) {
  for (const button of document.querySelectorAll("[data-download]")) {
    button.addEventListener("click", async () => {
      const sealed = sealJournal(data, await sender.unsaved(), sender.clock.now());
      const file = new Blob([JSON.stringify(sealed)], { type: "application/json" });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(file);
      link.download = `${words.file}-${data.attempt}.json`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    });
  }
}

/* What is typed is saved at each pause: said once whoever types has left the field (exam-page.js). */
export const TYPED = "[inputmode], .typed-text";
const isTyping = () => document.activeElement?.matches(TYPED);

/* Keep the saved state, the notices and the announcements true; onChange hears of each change. */
export function showStatus(sender, { data, words, announce, onChange = () => {} }) {
  const badge = document.querySelector("[data-save-state]");
  const hasAnswers = Object.keys(data.answers).length > 0;
  let wasAway = false;
  let wasSaved = true;

  function show() {
    const { state } = sender;
    const isIdle = state === "saved" && !sender.saved && !hasAnswers;
    if (badge) {
      badge.dataset.state = isIdle ? "idle" : state;
      badge.hidden = isIdle;
    }
    notice("waiting", state === "waiting");
    const told = [
      notice("volatile", !sender.journal.isDurable && !sender.reachable && sender.pending.size > 0),
      notice("trouble", sender.isStuck),
      notice("refused", sender.refused.length > 0),
    ];
    document.querySelector("[data-unsent]").textContent = sender.pending.size;
    if (sender.refused.length) document.querySelector("[data-refusal]").textContent = sender.refused.at(-1).message;
    if (state === "waiting" && !wasAway) announce(words.offline);
    for (const title of told.filter(Boolean)) announce(title);
    if (wasAway && state === "saved") announce(words.online);
    else if (!wasSaved && state === "saved" && !isTyping()) announce(words.saved);
    wasSaved = state === "saved";
    wasAway = state === "waiting" || (wasAway && state !== "saved");
    onChange();
  }

  offerFile(sender, data, words);
  sender.addEventListener("change", show);
  show();
}

/* Says what matters for a moment: aloud, and at the foot of the page. */
export function toaster(announce) {
  const toast = document.createElement("p");
  toast.className = "exam-toast";
  toast.hidden = true;
  document.body.append(toast);
  let timer = null;

  return (text) => {
    announce(text);
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => { toast.hidden = true; }, 6000);
  };
}

/* A page of the server can't be opened without network: say so instead of leaving. */
export function guardLeaving(sender, { words, say }) {
  return async function mayLeave() {
    if (await sender.ping() && sender.isEmpty) return true;
    say(words.leave_offline);
    return false;
  };
}
