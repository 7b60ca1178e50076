/* Exercises and checklists of a lesson: cards to drag, causes to put in order, places to mark on a
   picture, ticks that are kept at once. Each works without this module as a plain form; the lists and
   boxes stay the controls that count, so the keyboard and a screen reader use the same ones. */

const sections = "[data-five-s], [data-order], [data-hunt], [data-checklist]";

function icon(shape) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("width", "22");
  svg.setAttribute("height", "22");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", shape);
  path.setAttribute("fill", "none");
  path.setAttribute("stroke", "currentColor");
  path.setAttribute("stroke-width", "2");
  path.setAttribute("stroke-linecap", "round");
  svg.append(path);
  return svg;
}

const GRIP = "M9 5h.01M9 12h.01M9 19h.01M15 5h.01M15 12h.01M15 19h.01";

/* Let ``item`` be dragged by a grip with mouse, pen or finger. ``over(x, y)`` is called on the way. */
function draggable(item, over, dropped) {
  const grip = document.createElement("span");
  grip.dataset.grip = "";
  grip.setAttribute("aria-hidden", "true");
  grip.append(icon(GRIP));
  item.classList.add("has-grip");
  item.prepend(grip);
  grip.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    item.classList.add("is-lifted");
    const move = (next) => {
      over(next.clientX, next.clientY);
      const edge = 60;
      if (next.clientY < edge) window.scrollBy(0, -12);
      else if (next.clientY > window.innerHeight - edge) window.scrollBy(0, 12);
    };
    const end = (last) => {
      grip.removeEventListener("pointermove", move);
      item.classList.remove("is-lifted");
      if (last.type === "pointerup") over(last.clientX, last.clientY);
      dropped(last.type === "pointerup");
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", end, { once: true });
    grip.addEventListener("pointercancel", end, { once: true });
  });
}

function under(x, y, selector) {
  return document.elementsFromPoint(x, y).map((found) => found.closest(selector)).find(Boolean);
}

/* 5S: a box for each step; a card lies in the box that its list names. */
function sortCards(root) {
  const list = root.querySelector("ol");
  const cards = [...list.querySelectorAll("[data-card]")];
  const options = [...cards[0].querySelector("select").options];
  const zones = new Map();
  for (const option of [...options.slice(1), options[0]]) {
    const zone = document.createElement("section");
    zone.className = "five-s-zone";
    zone.dataset.zone = option.value;
    const title = document.createElement("p");
    title.className = "five-s-zone-title";
    title.textContent = option.value ? option.textContent : root.dataset.pool;
    const place = document.createElement("ul");
    place.className = "plain-list";
    place.dataset.empty = option.value ? root.dataset.empty : "—";
    zone.append(title, place);
    root.append(zone);
    zones.set(option.value, place);
  }
  const settle = (card) => zones.get(card.querySelector("select").value).append(card);
  for (const card of cards) {
    const select = card.querySelector("select");
    settle(card);
    select.addEventListener("change", () => {
      settle(card);
      select.focus();
    });
    let target = null;
    draggable(card, (x, y) => {
      const zone = under(x, y, "[data-zone]");
      target = zone && root.contains(zone) ? zone : null;
      for (const one of root.querySelectorAll("[data-zone]")) one.classList.toggle("is-over", one === target);
    }, (isDropped) => {
      for (const one of root.querySelectorAll("[data-zone]")) one.classList.remove("is-over");
      if (!isDropped || !target) return;
      select.value = target.dataset.zone;
      settle(card);
    });
  }
  list.remove();
}

/* Pareto: the order of the list is the order of the places. */
function putInOrder(list) {
  const entries = () => [...list.querySelectorAll("[data-entry]")];
  const place = (entry) => entry.querySelector("[data-place]");
  const number = () => entries().forEach((entry, index) => { place(entry).value = String(index + 1); });
  const chosen = entries().filter((entry) => place(entry).value);
  if (chosen.length === entries().length) {
    chosen.sort((a, b) => Number(place(a).value) - Number(place(b).value)).forEach((entry) => list.append(entry));
  }
  for (const entry of entries()) {
    place(entry).closest("label").hidden = true;
    const moves = document.createElement("span");
    moves.className = "pareto-moves";
    for (const [label, shape, step] of [[list.dataset.up, "M6 15l6-6 6 6", -1], [list.dataset.down, "M6 9l6 6 6-6", 1]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-label", `${label}: ${entry.querySelector(".pareto-cause span").textContent}`);
      button.append(icon(shape));
      button.addEventListener("click", () => {
        const all = entries();
        const other = all[all.indexOf(entry) + step];
        if (!other) return;
        if (step < 0) other.before(entry);
        else other.after(entry);
        number();
        button.focus();
      });
      moves.append(button);
    }
    entry.querySelector(".pareto-controls").prepend(moves);
    draggable(entry.querySelector(".pareto-cause"), (_x, y) => {
      for (const other of entries()) {
        if (other === entry) continue;
        const box = other.getBoundingClientRect();
        const middle = box.top + box.height / 2;
        const isBefore = entry.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_PRECEDING;
        if (isBefore && y < middle) { other.before(entry); break; }
        if (!isBefore && y > middle && y < box.bottom + box.height) { other.after(entry); break; }
      }
    }, number);
  }
  number();
}

/* Waste hunt: a place on the picture ticks its box in the list, and shows what the box says. */
function huntWastes(root) {
  root.classList.add("is-live");
  for (const spot of root.querySelectorAll("[data-spot]")) {
    const box = root.querySelector(`input[name="${spot.dataset.spot}"]`);
    const show = () => spot.classList.toggle("is-marked", box.checked);
    box.addEventListener("change", show);
    spot.addEventListener("click", () => {
      box.checked = !box.checked;
      show();
    });
    show();
  }
}

/* A checklist keeps each tick at once; without network it says so and keeps the button. */
function keepTicks(form) {
  const state = form.querySelector("[data-state]");
  const button = form.querySelector("[data-keep]");
  button.hidden = true;
  let asked = 0;
  form.addEventListener("change", async () => {
    asked += 1;
    const mine = asked;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Part": "check", Accept: "application/json" },
        keepalive: true,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      if (mine === asked) state.textContent = form.dataset.kept;
      button.hidden = true;
    } catch {
      state.textContent = form.dataset.lost;
      button.hidden = false;
    }
  });
}

function enhance(root) {
  for (const part of root.querySelectorAll(sections)) {
    if ("fiveS" in part.dataset) sortCards(part);
    else if ("order" in part.dataset) putInOrder(part);
    else if ("hunt" in part.dataset) huntWastes(part);
    else keepTicks(part);
  }
}

enhance(document);
document.addEventListener("lesson-part", (event) => enhance(event.target));
