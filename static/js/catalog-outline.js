/* Moves modules and activities of a draft's outline without loading the page anew: by dragging
   (SortableJS) and by the forms that work without scripts. The server answers with the outline as it
   stands; the focus stays where it was and the new place is announced. */
import Sortable from "../vendor/sortablejs/sortable.esm.js";

const spoken = document.createElement("p");
spoken.className = "sr-only";
spoken.setAttribute("role", "status");
document.querySelector("main")?.append(spoken);

let outline = document.querySelector("[data-outline]");
let sortables = [];

function sayPlace(id, isModule) {
  const all = [...outline.querySelectorAll(isModule ? "[data-module]" : "[data-activity]")];
  const one = all.find((row) => row.dataset.place === id);
  if (!one) return;
  const modules = [...outline.querySelectorAll("[data-module]")];
  const list = isModule ? modules : [...one.parentElement.children];
  const home = isModule ? one : one.closest("[data-module]");
  const words = outline.dataset.placeWords
    .replace("{module}", home ? String(modules.indexOf(home) + 1) : "–")
    .replace("{number}", String(list.indexOf(one) + 1))
    .replace("{all}", String(list.length));
  spoken.textContent = outline.dataset.moved.replace("{name}", one.dataset.name).replace("{place}", words);
}

/* Which control had the focus, so that the same one of the new outline gets it. */
function focusKey() {
  const row = document.activeElement?.closest("[data-place]");
  if (!row || !outline.contains(row)) return null;
  const controls = [...row.querySelectorAll("button, summary, select, a")];
  const label = document.activeElement.getAttribute("aria-label");
  return { place: row.dataset.place, label, index: controls.indexOf(document.activeElement) };
}

function focusAgain(key) {
  const refused = outline.querySelector("[data-refusal]");
  if (refused) return refused.focus();
  const row = key && [...outline.querySelectorAll("[data-place]")].find((one) => one.dataset.place === key.place);
  if (!row) return;
  const controls = [...row.querySelectorAll("button, summary, select, a")];
  const same = controls.find((one) => key.label && one.getAttribute("aria-label") === key.label);
  const closest = same ?? controls[key.index];
  // What was used in a menu is shut in again: the menu itself takes the focus.
  const best = closest?.closest("details:not([open])")?.querySelector("summary") ?? closest;
  // At an end of the list the button is of no use any more: its neighbour takes the focus.
  const usable = best && !best.disabled && best.offsetParent !== null ? best : controls.find((one) => one.tagName === "BUTTON" && !one.disabled && one.offsetParent !== null);
  usable?.focus();
}

async function send(url, data, moved) {
  const key = focusKey() ?? { place: moved.id, label: null, index: -1 };
  outline.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { method: "POST", body: data, headers: { "X-Part": "outline", Accept: "text/html" } });
    if (answer.status !== 200 && answer.status !== 409) throw new Error(String(answer.status));
    const text = await answer.text();
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-outline]");
    outline.replaceWith(fresh);
    outline = fresh;
    begin();
    focusAgain(key);
    if (answer.ok) sayPlace(moved.id, moved.isModule);
    else spoken.textContent = outline.querySelector("[data-refusal]")?.textContent.trim() ?? "";
  } catch {
    spoken.textContent = outline.dataset.lost;
    outline.removeAttribute("aria-busy");
    const notice = document.createElement("div");
    notice.className = "alert alert-bad";
    notice.setAttribute("role", "alert");
    notice.textContent = outline.dataset.lost;
    outline.prepend(notice);
  }
}

function form(extra) {
  const data = new FormData();
  data.set("csrf_token", outline.querySelector("input[name=csrf_token]").value);
  data.set("stamp", outline.dataset.stamp);
  for (const [name, value] of Object.entries(extra)) data.set(name, value);
  return data;
}

function dropped(event) {
  if (event.from === event.to && event.oldDraggableIndex === event.newDraggableIndex) return;
  const row = event.item;
  const before = row.nextElementSibling;
  if (row.dataset.module) {
    send(row.dataset.place, form({ before: before?.dataset.module ?? "" }), { id: row.dataset.place, isModule: true });
  } else {
    const module = event.to.dataset.activities;
    send(row.dataset.place, form({ module, before: before?.dataset.activity ?? "" }), { id: row.dataset.place, isModule: false });
  }
}

function begin() {
  const usual = { animation: 150, ghostClass: "outline-ghost", onEnd: dropped };
  sortables = [
    new Sortable(outline.querySelector("[data-modules]"), { ...usual, handle: "[data-module-grip]", draggable: "[data-module]" }),
    ...[...outline.querySelectorAll("[data-activities]")].map(
      (list) => new Sortable(list, { ...usual, group: "activities", handle: "[data-grip]", draggable: "[data-activity]" }),
    ),
  ];
  for (const grip of outline.querySelectorAll("[data-grip], [data-module-grip], [data-drag-hint]")) {
    grip.hidden = Boolean(grip.closest("[data-activity]") && !grip.closest("[data-activities]"));
  }
}

if (outline) {
  begin();
  document.addEventListener("submit", (event) => {
    const sent = event.target.closest("[data-move]");
    if (!sent || !outline.contains(sent)) return;
    event.preventDefault();
    const row = sent.closest("[data-place]");
    send(sent.action, new FormData(sent), { id: row.dataset.place, isModule: Boolean(row.dataset.module) });
  });
}
