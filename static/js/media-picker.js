/* The lesson editor's way to insert a file of the course: a dialog filled from the library when it is
   opened. Without it the names of files stand under "How to write". */
const opener = document.querySelector("[data-picker-open]");
const dialog = document.querySelector("[data-picker]");
const body = dialog.querySelector("[data-picker-body]");
const text = document.querySelector("[data-editor] textarea");

if (dialog.showModal) opener.hidden = false;

opener.addEventListener("click", async () => {
  dialog.showModal();
  body.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(dialog.dataset.url, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    body.innerHTML = await answer.text();
  } catch {
    body.textContent = dialog.dataset.failed;
  }
  body.removeAttribute("aria-busy");
  body.querySelector("[data-pick]")?.focus();
});

body.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-pick]");
  if (!chosen) return;
  dialog.close();
  text.dispatchEvent(new CustomEvent("editor:insert", { detail: chosen.dataset.pick }));
});

/* A click beside the dialog closes it, as Escape does. */
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
