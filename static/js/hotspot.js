/* Places on a picture. The numbers of each place are the form's own fields: marks on the picture only
   show and change them, so that what is sent is the same with and without this module. */
const WHOLE = 1000;
const STEP = 10; // per mille that an arrow key moves; with Shift a tenth of it

const shown = (perMille) => String(perMille / 10);
const clamp = (value) => Math.max(0, Math.min(WHOLE, value));

function perMille(text) {
  const plain = text.trim().replace(",", ".");
  const number = /^\d{1,3}(\.\d+)?$/.test(plain) ? Math.round(Number(plain) * 10) : NaN;
  return number >= 0 && number <= WHOLE ? number : null;
}

function placeOf(row) {
  const x = perMille(row.querySelector("[data-across]").value);
  const y = perMille(row.querySelector("[data-down]").value);
  return x === null || y === null ? null : [x, y];
}

function put(row, point) {
  row.querySelector("[data-across]").value = point ? shown(point[0]) : "";
  row.querySelector("[data-down]").value = point ? shown(point[1]) : "";
}

const rowsOf = (root) => [...root.querySelectorAll("[data-mark-row]")];
const boxesOf = (root) => [...root.querySelectorAll("[data-area]")];

export function readPlaces(root) {
  const areas = boxesOf(root).filter((box) => box.checked).map((box) => box.value);
  if (areas.length) return { areas };
  const points = rowsOf(root).map(placeOf).filter(Boolean);
  return points.length ? { points } : null;
}

export function showPlaces(root, response) {
  rowsOf(root).forEach((row, index) => put(row, response?.points?.[index] ?? null));
  for (const box of boxesOf(root)) box.checked = Boolean(response?.areas?.includes(box.value));
  root.querySelector("[data-hotspot]")?.dispatchEvent(new Event("placeschange"));
}

export function makePicture(root, { onChange = () => {} } = {}) {
  const hotspot = root.querySelector("[data-hotspot]");
  if (!hotspot || hotspot.dataset.live) return;
  hotspot.dataset.live = "yes";
  const stage = hotspot.querySelector("[data-stage]");
  const picture = hotspot.querySelector("[data-picture]");
  const rows = rowsOf(hotspot);
  const marks = Number(hotspot.dataset.marks);
  const isOff = () => Boolean(hotspot.closest("fieldset")?.disabled);
  const say = (words) => { hotspot.querySelector("[data-said]").textContent = words; };
  const spoken = (perMille) => (perMille / 10).toLocaleString(document.documentElement.lang);
  const at = ([x, y]) => hotspot.dataset.saidAt.replace("{x}", spoken(x)).replace("{y}", spoken(y));
  let aim = [WHOLE / 2, WHOLE / 2];

  for (const part of hotspot.querySelectorAll("[data-plain]")) part.remove();
  for (const part of hotspot.querySelectorAll("[data-scripted]")) part.hidden = false;
  picture.hidden = false;
  stage.classList.remove("hotspot-fixed");
  stage.classList.add("is-live");
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", picture.alt);
  stage.setAttribute("aria-describedby", hotspot.querySelector("[data-scripted]").id);
  const cross = document.createElement("div");
  cross.className = "hotspot-aim";
  cross.hidden = true;
  stage.append(cross);

  function stand(element, [x, y]) {
    element.style.insetInlineStart = "auto";
    element.style.left = `${x / 10}%`;
    element.style.top = `${y / 10}%`;
  }

  function pointAt(event) {
    const box = picture.getBoundingClientRect();
    const share = (value, start, length) => clamp(Math.round(((value - start) / length) * WHOLE));
    return [share(event.clientX, box.left, box.width), share(event.clientY, box.top, box.height)];
  }

  function changed() {
    draw();
    onChange();
  }

  function remove(row) {
    put(row, null);
    say(hotspot.dataset.saidRemoved);
    changed();
    stage.focus({ preventScroll: true });
  }

  function marker(row, index, point) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "hotspot-marker";
    const name = hotspot.dataset.nameMarker.replace("{place}", index + 1);
    button.setAttribute("aria-label", `${name}: ${at(point)}`);
    button.dataset.marker = index;
    const dot = document.createElement("span");
    dot.textContent = index + 1;
    button.append(dot);
    stand(button, point);
    return button;
  }

  function draw() {
    const focused = document.activeElement?.dataset?.marker;
    for (const old of stage.querySelectorAll("[data-marker]")) old.remove();
    rows.forEach((row, index) => {
      const point = placeOf(row);
      row.querySelector("[data-remove]").hidden = !point;
      row.hidden = !point && !row.contains(document.activeElement); // numbers follow the marks
      if (point) stage.append(marker(row, index, point));
    });
    if (focused !== undefined) stage.querySelector(`[data-marker="${focused}"]`)?.focus({ preventScroll: true });
    const full = boxesOf(hotspot).filter((box) => box.checked).length >= marks;
    for (const box of boxesOf(hotspot)) box.disabled = full && !box.checked;
  }

  function mark(point) {
    if (isOff()) return;
    // With one place to mark, a second tap means another place.
    const free = marks === 1 ? rows[0] : rows.find((row) => !placeOf(row));
    if (!free) {
      say(hotspot.dataset.saidFull);
      return;
    }
    for (const box of boxesOf(hotspot)) box.checked = false;
    put(free, point);
    const words = hotspot.dataset.saidMarked.replace("{place}", rows.indexOf(free) + 1).replace("{all}", marks);
    say(`${words} ${at(point)}`);
    changed();
  }

  // A click is no pinch and no scroll: the browser tells them apart.
  stage.addEventListener("click", (event) => {
    if (!event.target.closest("[data-marker]") && event.detail !== 0) mark(pointAt(event));
  });

  stage.addEventListener("pointerdown", (event) => {
    const button = event.target.closest("[data-marker]");
    if (!button || isOff()) return;
    const row = rows[Number(button.dataset.marker)];
    button.setPointerCapture(event.pointerId);
    const drag = (move) => {
      const point = pointAt(move);
      put(row, point);
      stand(button, point);
    };
    button.addEventListener("pointermove", drag);
    const stop = () => {
      button.removeEventListener("pointermove", drag);
      changed();
    };
    button.addEventListener("pointerup", stop, { once: true });
    button.addEventListener("pointercancel", stop, { once: true });
  });

  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  stage.addEventListener("keydown", (event) => {
    const button = event.target.closest("[data-marker]");
    const row = button && rows[Number(button.dataset.marker)];
    const way = arrows[event.key];
    if (isOff()) return;
    if (way) {
      event.preventDefault();
      const step = event.shiftKey ? STEP / 10 : STEP;
      const from = row ? placeOf(row) : aim;
      const point = [clamp(from[0] + way[0] * step), clamp(from[1] + way[1] * step)];
      say(at(point));
      if (row) {
        put(row, point);
        changed();
      } else {
        aim = point;
        cross.hidden = false;
        stand(cross, aim);
      }
    } else if (event.key === "Delete" || event.key === "Backspace") {
      const last = row ?? rows.findLast(placeOf);
      if (last) {
        event.preventDefault();
        remove(last);
      }
    } else if ((event.key === "Enter" || event.key === " ") && !button) {
      event.preventDefault();
      mark(aim);
    }
  });

  stage.addEventListener("focus", () => {
    cross.hidden = !stage.matches(":focus-visible");
    stand(cross, aim);
  });
  stage.addEventListener("blur", () => { cross.hidden = true; });

  hotspot.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove]");
    if (button) remove(button.closest("[data-mark-row]"));
  });
  hotspot.addEventListener("input", (event) => {
    if (event.target.matches("[data-across], [data-down]")) {
      for (const box of boxesOf(hotspot)) box.checked = false;
    }
    if (event.target.matches("[data-area]") && event.target.checked) {
      for (const row of rows) put(row, null);
    }
    draw();
  });
  hotspot.addEventListener("placeschange", draw);
  draw();
}
