/* Orders a programme's steps without loading the page anew: by dragging (SortableJS) and by the
   buttons that work without scripts. The order in the form is the order that is saved; the focus
   stays on the button and the new place is announced. Adding a step still asks the server. */
import Sortable from "../vendor/sortablejs/sortable.esm.js";

const list = document.querySelector("[data-steps]");
const spoken = document.createElement("p");
spoken.className = "sr-only";
spoken.setAttribute("role", "status");
document.querySelector("main")?.append(spoken);

function steps() {
  return [...list.querySelectorAll("[data-step]")];
}

function renumber() {
  const all = steps();
  all.forEach((step, place) => {
    step.querySelector("[data-number]").textContent = String(place + 1);
    step.querySelector("[data-do=up]").disabled = place === 0;
    step.querySelector("[data-do=down]").disabled = place === all.length - 1;
  });
}

function say(step) {
  const all = steps();
  spoken.textContent = list.dataset.moved
    .replace("{number}", String(all.indexOf(step) + 1))
    .replace("{all}", String(all.length));
}

function move(step, verb, button) {
  if (verb === "up") step.previousElementSibling?.before(step);
  if (verb === "down") step.nextElementSibling?.after(step);
  renumber();
  // At an end of the list the button is of no use any more: its neighbour takes the focus.
  const usable = button.disabled ? step.querySelector("[data-do]:not(:disabled)") : button;
  usable.focus();
  say(step);
}

function remove(step) {
  const next = step.nextElementSibling ?? step.previousElementSibling;
  step.remove();
  renumber();
  (next?.querySelector("select") ?? document.querySelector("[data-do=add]")).focus();
  if (next) say(next);
}

if (list) {
  new Sortable(list, {
    animation: 150,
    ghostClass: "programme-ghost",
    handle: "[data-grip]",
    draggable: "[data-step]",
    onEnd: (event) => {
      renumber();
      say(event.item);
    },
  });
  for (const one of document.querySelectorAll("[data-grip], [data-drag-hint]")) one.hidden = false;
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    event.preventDefault();
    const step = button.closest("[data-step]");
    if (button.dataset.do === "remove") remove(step);
    else move(step, button.dataset.do, button);
  });
  renumber();
}
