/* A conversation with a visitor, played in the page: a path of replies that only grows. */
const MOODS = 2;

const turnOf = (section, key) => section.querySelector(`template[data-turn="${CSS.escape(key)}"]`)?.content;

export function readPath(section) {
  const path = section.dataset.path ? section.dataset.path.split(" ") : [];
  return path.length ? { path } : null;
}

/* Show what was said along the path, what the visitor says now, and what may be replied. */
export function showPath(section, response) {
  const conversation = section.querySelector("[data-dialogue]");
  const said = conversation.querySelector("[data-said]");
  const path = response?.path ?? [];
  section.dataset.path = path.join(" ");
  let turn = turnOf(section, conversation.dataset.start);
  let mood = 0;
  let seconds = 0;
  const lines = [];
  for (const key of path) {
    const reply = turn?.querySelector(`[data-reply="${CSS.escape(key)}"]`);
    if (!reply) break;
    lines.push(turn.querySelector(".bubble").cloneNode(true), ownLine(conversation, reply));
    mood += Number(reply.dataset.mood);
    seconds += Number(reply.dataset.seconds);
    turn = turnOf(section, reply.dataset.leadsTo);
  }
  said.replaceChildren(...lines);
  conversation.querySelector("[data-now]").replaceChildren(...turn ? [turn.querySelector(".bubble").cloneNode(true)] : []);
  showMeters(conversation, Math.max(-MOODS, Math.min(MOODS, mood)), seconds);
  const replies = [...turn?.querySelectorAll("[data-reply]") ?? []].map((reply) => reply.cloneNode(true));
  conversation.querySelector("[data-replies]").replaceChildren(...replies);
  conversation.querySelector("[data-replies]").hidden = !replies.length;
  conversation.querySelector("[data-no-return]").hidden = !replies.length;
  conversation.querySelector("[data-over]").hidden = replies.length > 0;
}

function ownLine(conversation, reply) {
  const line = conversation.querySelector("[data-own-line]").content.firstElementChild.cloneNode(true);
  line.querySelector("[data-text]").append(...reply.querySelector(".option-body > span").cloneNode(true).childNodes);
  return line;
}

function showMeters(conversation, mood, seconds) {
  conversation.querySelector("[data-mood-now]").dataset.moodNow = mood;
  for (const word of conversation.querySelectorAll("[data-mood-word]")) word.hidden = Number(word.dataset.moodWord) !== mood;
  const rest = String(seconds % 60).padStart(2, "0");
  conversation.querySelector("[data-spent]").textContent = `${Math.floor(seconds / 60)}:${rest}`;
}

export function makeConversation(section, { onChange }) {
  const conversation = section.querySelector("[data-dialogue]");
  if (!conversation) return;
  section.dataset.path = conversation.dataset.path;
  for (const part of conversation.querySelectorAll("[data-plain]")) part.remove();
  conversation.addEventListener("click", (event) => {
    const reply = event.target.closest("[data-replies] [data-reply]");
    if (!reply) return;
    const path = section.dataset.path ? section.dataset.path.split(" ") : [];
    showPath(section, { path: [...path, reply.dataset.reply] });
    // Replies are gone: the visitor's answer is what comes next, by ear and by keyboard.
    const now = conversation.querySelector("[data-now]");
    now.tabIndex = -1;
    now.focus({ preventScroll: true });
    now.scrollIntoView({ block: "nearest" });
    onChange();
  });
}
