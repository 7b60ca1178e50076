/* What makes every page a little easier. Each part leaves a page working without it. */
import { confirmForms } from "./dialogs.js";
import { closeMenus } from "./menus.js";
import { keepTyped } from "./typed.js";
import { keepUnfinished } from "./unfinished.js";

function copyButtons() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    const label = button.querySelector("span") ?? button;
    const before = label.textContent;
    label.textContent = button.dataset.copied ?? before;
    setTimeout(() => { label.textContent = before; }, 2000);
  });
  for (const button of document.querySelectorAll("[data-copy][hidden]")) {
    button.hidden = !navigator.clipboard;
  }
}

/* A select that sends its form by itself hides the button that does it without scripts. */
function submittingSelects() {
  for (const select of document.querySelectorAll("select[data-autosubmit]")) {
    select.addEventListener("change", () => select.form.requestSubmit());
    for (const button of select.form.querySelectorAll("[data-autosubmit-button]")) button.hidden = true;
  }
}

function revealButtons() {
  for (const button of document.querySelectorAll("[data-reveal]")) {
    const input = document.getElementById(button.dataset.reveal);
    button.hidden = false;
    const show = (shown) => {
      input.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", String(shown));
    };
    button.addEventListener("click", () => { show(input.type === "password"); });
    input.form?.addEventListener("submit", () => { show(false); });
  }
}

const AGAIN = 5000; // ms: an answer that is a file leaves the page as it is

/* A second click while the answer is on its way sends nothing twice. */
function sendOnce() {
  let sent = new WeakMap();
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || event.target.method !== "post" || !button || button.formTarget) return;
    if (event.timeStamp - (sent.get(button) ?? -AGAIN) < AGAIN) event.preventDefault();
    else sent.set(button, event.timeStamp);
  });
  window.addEventListener("pageshow", () => { sent = new WeakMap(); });
}

/* Chromium takes what it shows a part of for shown: a strip or a table that scrolls sideways hides what has the focus. */
function showFocused() {
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches(":focus-visible") && target.closest(".tabs, .table-wrap")) {
      target.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  });
}

closeMenus();
keepUnfinished();
keepTyped();
confirmForms();
sendOnce();
copyButtons();
submittingSelects();
revealButtons();
showFocused();
document.querySelector("[data-focus]")?.focus();
