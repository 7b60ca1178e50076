/* A form wasn't taken: what was typed is kept until its writer is back on its page. */
import { keepOn } from "./typed.js";

try {
  const note = document.querySelector("[data-kept]");
  if (note && keepOn()) {
    note.hidden = false;
    document.querySelector("[data-written]")?.remove();
  }
} catch {
  // Without storage nothing was kept.
}
