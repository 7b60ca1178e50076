/* Puts a figure of the course into the text of a question that was written in last. Only texts that
   show pictures take one: right sides, words in gaps and the like are words alone. */

const form = document.querySelector("form[data-authoring]");
const opener = document.querySelector("[data-pictures-open]");
const dialog = document.querySelector("[data-pictures]");
const TAKES = "[data-pictured] textarea, [data-pictured] input";
let field = null;

if (dialog.showModal) opener.hidden = false;

form.addEventListener("focusin", (event) => {
  if (event.target.matches(TAKES)) field = event.target;
});

function target() {
  if (field?.isConnected && field.offsetParent) return field;
  const first = [...form.querySelectorAll(TAKES)].find((one) => one.offsetParent);
  first.setSelectionRange(first.value.length, first.value.length);
  return first;
}

opener.addEventListener("click", () => {
  dialog.showModal();
  dialog.querySelector("[data-path]")?.focus();
});

dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close(); // beside it
  const chosen = event.target.closest("[data-path]");
  if (!chosen) return;
  dialog.close();
  const into = target();
  const language = into.closest("[data-language]").dataset.language;
  const says = (chosen.getAttribute(`data-alt-${language}`) ?? "").replace(/[[\]\\]/g, "\\$&");
  const lead = into === field || !into.value ? "" : "\n\n"; // nobody wrote yet: below the question
  const start = into.selectionStart + lead.length;
  into.setRangeText(`${lead}![${says}](${chosen.dataset.path})`, into.selectionStart, into.selectionEnd, "end");
  if (!says) into.setSelectionRange(start + 2, start + 2); // what it shows is to be written there
  into.focus();
  into.dispatchEvent(new Event("input", { bubbles: true }));
});
