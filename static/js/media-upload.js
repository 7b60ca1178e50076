/* The media library: files dropped on the page or chosen are sent one by one, each with its progress,
   over connections that break off too. Without this the form sends them all. */
import { Line, Sender, isFinal, reason } from "./resumable.js";

const form = document.querySelector("[data-upload]");
const words = document.querySelector("[data-upload-words]").dataset;
const input = form.querySelector("input[type=file]");
const queue = document.querySelector("[data-upload-queue]");
const grid = document.querySelector("[data-media-grid]");
const status = document.querySelector("[data-upload-status]");
let chain = Promise.resolve();
let under = 0; // files not yet done

form.querySelector("[data-drop-words]").hidden = false;
form.querySelector("button").hidden = true;

/* What was broken off and is chosen again moves from the one list to the other. */
function forget(file) {
  const section = document.querySelector("[data-broken-off]");
  for (const row of section?.querySelectorAll("[data-name]") ?? []) {
    if (row.dataset.name === file.name && Number(row.dataset.size) === file.size) row.remove();
  }
  if (section && !section.querySelector("[data-name]")) section.remove();
}

async function send(file, line) {
  const sender = new Sender(file, {
    url: form.dataset.upload,
    token: form.elements.csrf_token.value,
    signal: line.signal,
    told: (state, share) => {
      line.tell(state, share);
      if (state === "broken") status.textContent = `${file.name}: ${line.note.textContent}`;
    },
  });
  try {
    await sender.send();
    const reply = await sender.finish();
    if (reply.refused.length) failed(file, line, reply.refused.join(" "), true);
    else arrived(line, reply);
  } catch (error) {
    if (!line.signal.aborted) failed(file, line, reason(error), isFinal(error));
    else await sender.remove();
  }
}

function arrived(line, answer) {
  line.item.remove();
  document.querySelector("[data-media-empty]")?.remove();
  for (const card of answer.cards) {
    grid.insertAdjacentHTML("afterbegin", card);
    grid.firstElementChild.classList.add("is-new");
    status.textContent = `${words.done}: ${grid.firstElementChild.querySelector("a").textContent}`;
  }
}

function failed(file, line, text, forGood) {
  line.fail(text, () => (forGood ? input.focus() : take([file])), { isFinal: forGood });
  status.textContent = `${file.name}: ${line.note.textContent}`;
}

function take(files) {
  for (const file of files) {
    const line = new Line(file, queue);
    line.signal.addEventListener("abort", () => input.focus());
    forget(file);
    under += 1;
    chain = chain.then(() => send(file, line)).then(() => {
      under -= 1;
      if (!queue.children.length) queue.hidden = true;
    });
  }
}

input.addEventListener("change", () => {
  take([...input.files]);
  input.value = "";
});

/* A file dropped beside the field would make the browser leave the page: the page takes it too. */
let depth = 0;
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
document.addEventListener("dragenter", (event) => {
  if (!carriesFiles(event)) return;
  depth += 1;
  form.classList.add("is-over");
});
document.addEventListener("dragleave", (event) => {
  if (carriesFiles(event) && --depth <= 0) form.classList.remove("is-over");
});
document.addEventListener("dragover", (event) => {
  if (carriesFiles(event)) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  depth = 0;
  form.classList.remove("is-over");
  take([...event.dataTransfer.files]);
});
window.addEventListener("beforeunload", (event) => {
  if (under) event.preventDefault();
});
