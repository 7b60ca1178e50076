/* Files as an answer: each is sent as soon as it is chosen, and stays chosen until the server has it. */
const RETRY = 5000;

const one = (root, selector) => root.querySelector(selector);
const valuesOf = (section) => [...section.querySelectorAll("[data-file]")]
  .filter((input) => input.value).map((input) => JSON.parse(input.value));

export function readFiles(section) {
  const files = valuesOf(section);
  return files.length ? { files } : null;
}

export function showFiles(section, response) {
  const root = one(section, "[data-files]");
  const list = one(root, "[data-list]");
  for (const row of list.querySelectorAll("[data-file-row]:not([data-waiting])")) row.remove();
  list.prepend(...(response?.files ?? []).map((file) => rowOf(root, file)));
}

function sizeWords(bytes) {
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  const isLarge = bytes >= 1048576;
  const unit = document.documentElement.lang === "ru" ? (isLarge ? "МБ" : "КБ") : (isLarge ? "MB" : "KB");
  return `${number.format(bytes / (isLarge ? 1048576 : 1024))} ${unit}`;
}

function rowOf(root, { name, size, ...rest }) {
  const row = one(root, "[data-file-template]").content.firstElementChild.cloneNode(true);
  one(row, ".file-name").textContent = name;
  one(row, "[data-size]").textContent = sizeWords(size);
  if (rest.sha256) one(row, "[data-file]").value = JSON.stringify({ sha256: rest.sha256, size, name });
  return row;
}

export function makeFiles(section, { data, clock, next, mayWrite, onWaiting, onSaved, onChange }) {
  const root = one(section, "[data-files]");
  if (!root) return;
  const list = one(root, "[data-list]");
  const input = one(root, "input[type=file]");
  const fault = one(root, "[data-file-fault]");
  const waiting = []; // {file, row, chosenAt, event}: not with the server yet
  const most = Number(root.dataset.most);
  let busy = false;
  let timer = 0;

  for (const part of root.querySelectorAll("[data-plain]")) part.remove();
  for (const button of root.querySelectorAll("[data-remove-file]")) button.hidden = false;
  input.removeAttribute("name"); // the form doesn't send it a second time

  const say = (words, name = "") => { one(root, "[data-said]").textContent = words.replace("{name}", name); };

  function complain(words) {
    fault.textContent = words;
    fault.hidden = !words;
  }

  function choose(files) {
    complain("");
    for (const file of files) {
      const limit = Number(root.dataset.bytes);
      if (file.size > limit) {
        complain(root.dataset.saidLarge.replace("{name}", file.name).replace("{limit}", root.dataset.limit));
        continue;
      }
      const count = list.children.length;
      if (count >= most && most > 1) {
        complain(root.dataset.saidEnough);
        break;
      }
      const row = rowOf(root, file);
      row.dataset.waiting = "yes";
      one(row, "[data-progress]").textContent = root.dataset.saidWaiting;
      list.append(row);
      waiting.push({ file, row, chosenAt: clock.now(), event: null });
    }
    input.value = "";
    onWaiting(waiting.length > 0);
    send();
  }

  async function send() {
    clearTimeout(timer);
    if (busy || !waiting.length) return;
    if (!mayWrite()) { // another tab writes just now: ask again, a file is never forgotten
      timer = setTimeout(send, RETRY);
      return;
    }
    busy = true;
    const entry = waiting[0];
    entry.event ??= next();
    try {
      const { status, reply } = await post(entry);
      if (status === 200 && reply?.event_id === entry.event.event_id) finish(entry, reply);
      else if (status === 413 || ([409, 422].includes(status) && reply?.message)) drop(entry, reply?.message ?? root.dataset.saidFailed);
      else throw new Error(String(status));
    } catch {
      one(entry.row, "[data-progress]").textContent = root.dataset.saidWaiting;
      timer = setTimeout(send, RETRY);
      busy = false;
      return;
    }
    busy = false;
    send();
  }

  function post({ file, row, chosenAt, event }) {
    const fields = new FormData();
    const age = Math.max(0, Math.round(clock.now() - chosenAt));
    const parts = { ...event, position: section.dataset.position, authored_ms_ago: age };
    for (const [name, value] of Object.entries(parts)) fields.append(name, value);
    fields.append("file", file, file.name);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(); // fetch tells no progress
      request.open("POST", data.file_url);
      request.setRequestHeader("Authorization", `Bearer ${data.token}`);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("Accept-Language", document.documentElement.lang);
      request.responseType = "json";
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        const percent = Math.floor((100 * loaded) / (total || 1));
        one(row, "[data-progress]").textContent = root.dataset.saidSending.replace("{percent}", percent);
      });
      request.addEventListener("load", () => resolve({ status: request.status, reply: request.response }));
      request.addEventListener("error", reject);
      request.addEventListener("timeout", reject);
      request.send(fields);
    });
  }

  function leave(entry) {
    waiting.splice(waiting.indexOf(entry), 1);
    entry.row.remove();
    onWaiting(waiting.length > 0);
  }

  function finish(entry, reply) {
    onSaved(reply.response);
    leave(entry);
    showFiles(section, reply.response);
    say(root.dataset.saidSent, entry.file.name);
  }

  function drop(entry, message) {
    leave(entry);
    complain(message);
  }

  input.addEventListener("change", (event) => {
    event.stopPropagation(); // nothing is answered before the server has the file
    choose([...input.files]);
  });
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-remove-file]")?.closest("[data-file-row]");
    if (!row) return;
    const entry = waiting.find((other) => other.row === row);
    say(root.dataset.saidRemoved, one(row, ".file-name").textContent);
    if (entry) leave(entry);
    else {
      row.remove();
      onChange();
    }
    input.focus();
  });
  addEventListener("online", send);
  addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });
  if (input.files.length) choose([...input.files]);
}
