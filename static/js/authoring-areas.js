/* Areas drawn on the picture. The number fields of each area stay the truth: drawing writes into
   them, and what is typed there is drawn. Rows come and go (authoring-form.js puts them in place
   anew), so nothing here is kept but which area is being drawn. */
const WHOLE = 1000;
const SVG = "http://www.w3.org/2000/svg";
const TAGS = { rectangle: "rect", ellipse: "ellipse", polygon: "polygon" };
const form = document.querySelector("form[data-authoring]");

let chosen = null; // key of the area that is drawn
let corners = [];

const editor = () => form.querySelector("[data-editor]");
const rows = () => [...form.querySelectorAll("[data-area-row]")];
const keyOf = (row) => row.querySelector("input[type=hidden]").value;
const rowOf = (key) => rows().find((row) => keyOf(row) === key);

function numbersOf(row) {
  const words = row.querySelector("[data-numbers]").value.trim().split(/[\s;]+/);
  const numbers = words.map((word) => Math.round(Number(word.replace(",", ".")) * 10));
  return numbers.every((number) => Number.isInteger(number) && number >= 0 && number <= WHOLE) ? numbers : [];
}

function attributesOf(shape, numbers) {
  if (shape === "polygon") {
    const points = [];
    for (let place = 0; place + 1 < numbers.length; place += 2) points.push(`${numbers[place]},${numbers[place + 1]}`);
    return { points: points.join(" ") };
  }
  if (numbers.length !== 4) return null;
  const names = shape === "rectangle" ? ["x", "y", "width", "height"] : ["cx", "cy", "rx", "ry"];
  return Object.fromEntries(names.map((name, place) => [name, numbers[place]]));
}

function draw() {
  const drawing = editor()?.querySelector("svg");
  if (!drawing) return;
  drawing.replaceChildren();
  for (const row of rows()) {
    const shape = row.querySelector("[data-shape]").value;
    const attributes = attributesOf(shape, numbersOf(row));
    row.querySelector("[data-draw]").hidden = false;
    row.querySelector("[data-draw]").setAttribute("aria-pressed", String(keyOf(row) === chosen));
    if (!attributes) continue;
    const area = document.createElementNS(SVG, TAGS[shape]);
    for (const [name, value] of Object.entries(attributes)) area.setAttribute(name, value);
    const isRight = row.querySelector("[name=correct]").checked;
    area.setAttribute("class", `hotspot-area ${isRight ? "is-right" : "is-wrong"}${keyOf(row) === chosen ? " is-chosen" : ""}`);
    drawing.append(area);
  }
  editor().querySelector("[data-canvas]").classList.toggle("is-drawing", Boolean(rowOf(chosen)));
  editor().querySelector("[data-hint]").textContent = editor().dataset.drawHint;
}

function write(row, numbers) {
  const field = row.querySelector("[data-numbers]");
  field.value = numbers.map((number) => String(number / 10)).join(" ");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function pointAt(event) {
  const box = editor().querySelector("img").getBoundingClientRect();
  const share = (value, start, length) => Math.max(0, Math.min(WHOLE, Math.round(((value - start) / length) * WHOLE)));
  return [share(event.clientX, box.left, box.width), share(event.clientY, box.top, box.height)];
}

function box(shape, [ax, ay], [bx, by]) {
  const [left, top, wide, high] = [Math.min(ax, bx), Math.min(ay, by), Math.abs(ax - bx), Math.abs(ay - by)];
  if (shape === "rectangle") return [left, top, wide, high];
  const [across, down] = [Math.floor(wide / 2), Math.floor(high / 2)];
  return [left + across, top + down, across, down];
}

function begin(event) {
  const canvas = event.target.closest("[data-canvas]");
  if (!canvas || event.button !== 0) return;
  // Without a chosen area only an empty one is begun: a stray click must not undo what is drawn.
  const row = rowOf(chosen) ?? rows().find((one) => !one.querySelector("[data-numbers]").value.trim());
  if (!row) return;
  if (chosen !== keyOf(row)) corners = [];
  chosen = keyOf(row);
  event.preventDefault();
  const shape = row.querySelector("[data-shape]").value;
  const from = pointAt(event);
  if (shape === "polygon") {
    corners.push(from);
    if (corners.length > 12) corners = [from];
    write(row, corners.flat());
    return;
  }
  canvas.setPointerCapture(event.pointerId);
  const follow = (move) => write(row, box(shape, from, pointAt(move)));
  canvas.addEventListener("pointermove", follow);
  const stop = () => canvas.removeEventListener("pointermove", follow);
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, stop, { once: true });
}

if (form?.querySelector("[data-areas]")) {
  form.addEventListener("pointerdown", begin);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-draw]");
    if (!button) return;
    const key = keyOf(button.closest("[data-area-row]"));
    chosen = chosen === key ? null : key;
    corners = [];
    draw();
    if (chosen) editor()?.scrollIntoView({ block: "nearest" });
  });
  form.addEventListener("input", draw);
  form.addEventListener("change", draw);
  new MutationObserver((changes) => {
    const isOurs = (node) => node.closest?.("svg");
    if (changes.some((change) => !isOurs(change.target) && [...change.addedNodes].some((node) => node.matches?.("[data-areas]")))) draw();
  }).observe(form, { childList: true, subtree: true });
  draw();
}
