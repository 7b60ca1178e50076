/* The media library: files dropped on the page or chosen are sent one by one, each with its progress.
   What has arrived is safe whatever becomes of the rest. Without this the form sends them all. */
const form = document.querySelector("[data-upload]");
const words = form.dataset;
const input = form.querySelector("input[type=file]");
const queue = document.querySelector("[data-upload-queue]");
const grid = document.querySelector("[data-media-grid]");
const status = document.querySelector("[data-upload-status]");
let chain = Promise.resolve();
let under = 0; // files not yet done

form.querySelector("[data-drop-words]").hidden = false;
form.querySelector("button").hidden = true;

function row(file) {
  const item = document.createElement("li");
  item.className = "upload-row";
  const name = document.createElement("span");
  name.className = "upload-name";
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  const note = document.createElement("span");
  note.className = "upload-note muted small";
  note.textContent = words.waiting;
  item.append(name, bar, note);
  queue.append(item);
  queue.hidden = false;
  return { item, bar, note };
}

function send(file, { item, bar, note }) {
  return new Promise((resolve) => {
    const body = new FormData();
    body.append("csrf_token", form.querySelector("[name=csrf_token]").value);
    body.append("files", file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = event.loaded / event.total;
      note.textContent = event.loaded < event.total ? words.sending : words.working;
    });
    request.addEventListener("loadend", () => {
      if (request.status === 201) arrived(item, request.response);
      else failed(file, item, reason(request));
      resolve();
    });
    note.textContent = words.sending;
    request.send(body);
  });
}

function reason(request) {
  if (request.status === 413) return words.tooLarge;
  return request.response?.refused?.join(" ") || request.response?.message || words.failed;
}

function arrived(item, answer) {
  item.remove();
  document.querySelector("[data-media-empty]")?.remove();
  for (const card of answer.cards) {
    grid.insertAdjacentHTML("afterbegin", card);
    grid.firstElementChild.classList.add("is-new");
    status.textContent = `${words.done}: ${grid.firstElementChild.querySelector("a").textContent}`;
  }
}

function failed(file, item, text) {
  item.classList.add("is-bad");
  item.querySelector("progress").remove();
  item.querySelector(".upload-note").textContent = text;
  status.textContent = `${file.name}: ${text}`;
  const again = document.createElement("button");
  again.type = "button";
  again.className = "button button-secondary button-small";
  again.textContent = words.again;
  again.addEventListener("click", () => {
    item.remove();
    take([file]);
  });
  item.append(again);
}

function take(files) {
  for (const file of files) {
    const place = row(file);
    under += 1;
    chain = chain.then(() => send(file, place)).then(() => {
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
