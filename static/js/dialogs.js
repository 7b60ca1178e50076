/* Forms and buttons with data-confirm="…" ask before they are sent; data-confirm-label names the
   button that goes on. Without scripts or <dialog> they are sent at once. */
export function confirmForms() {
  const dialog = document.getElementById("confirm-dialog");
  if (!dialog?.showModal) return;
  const text = dialog.querySelector("#confirm-text");
  const yes = dialog.querySelector("[data-confirm-yes]");
  const usual = yes.textContent;
  let waiting = null;

  document.addEventListener("submit", (event) => {
    if (event.target.method === "dialog") return;
    const asker = event.submitter?.dataset.confirm ? event.submitter : event.target;
    if (!asker.dataset.confirm || waiting?.agreed) {
      waiting = null;
      return;
    }
    event.preventDefault();
    waiting = { form: event.target, submitter: event.submitter, agreed: false };
    text.textContent = asker.dataset.confirm;
    yes.textContent = asker.dataset.confirmLabel ?? usual;
    dialog.returnValue = "no";
    dialog.showModal();
  });

  dialog.addEventListener("close", () => {
    if (!waiting) return;
    if (dialog.returnValue !== "yes") {
      waiting = null;
      return;
    }
    waiting.agreed = true;
    waiting.form.requestSubmit(waiting.submitter);
  });
}
