/* The editor of a certificate's design: the preview follows what is typed. The page works without: its
   buttons preview and save by themselves, and send the pictures. */
const form = document.querySelector("[data-design]");
const image = form.querySelector("[data-preview-image]");
const state = form.querySelector("[data-preview-state]");
const PAUSE = 500; // milliseconds without typing before the preview is fetched

let timer = 0;
let drawing = false;
let again = false;
let dirty = form.dataset.unsaved !== undefined;

/* What is typed, without the files: they are sent when they are chosen, and kept by the server. */
function filledIn() {
  const fields = new FormData(form);
  for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
  return new URLSearchParams(fields);
}

/* One at a time: what was typed while one was drawn is drawn next. */
async function preview() {
  if (drawing) {
    again = true;
    return;
  }
  drawing = true;
  image.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.previewUrl, { method: "POST", body: filledIn() });
    if (answer.ok) {
      image.src = `data:image/svg+xml,${encodeURIComponent(await answer.text())}`;
      state.textContent = "";
    } else if (answer.status === 422) {
      state.textContent = (await answer.json()).message;
    }
    image.classList.toggle("is-stale", !answer.ok);
  } catch {
    image.classList.add("is-stale");
  }
  image.removeAttribute("aria-busy");
  drawing = false;
  if (again) {
    again = false;
    preview();
  }
}

form.addEventListener("input", (event) => {
  if (event.target.type === "file") return;
  if (!event.target.name.startsWith("shown_")) dirty = true;
  clearTimeout(timer);
  timer = setTimeout(preview, PAUSE);
});

form.addEventListener("change", (event) => {
  if (event.target.type === "file" && event.target.files.length) {
    form.requestSubmit(form.querySelector("[data-preview-button]"));
  }
});

form.querySelector("[data-preview-button]").addEventListener("click", (event) => {
  const chosen = [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
  if (chosen) return;
  event.preventDefault();
  clearTimeout(timer);
  preview();
});

form.addEventListener("submit", (event) => {
  if (event.submitter?.formTarget !== "_blank") dirty = false;
});
window.addEventListener("beforeunload", (event) => {
  if (dirty) event.preventDefault();
});
