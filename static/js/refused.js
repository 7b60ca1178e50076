/* A form wasn't taken: what was typed is kept until its writer is back on its page. */
import { KEY, SENT } from "./typed.js";

const KEPT = 60 * 60 * 1000; // ms

try {
  const text = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  const note = document.querySelector("[data-kept]");
  if (text && note) {
    sessionStorage.setItem(KEY, JSON.stringify({ ...JSON.parse(text), until: Date.now() + KEPT }));
    note.hidden = false;
    document.querySelector("[data-written]")?.remove();
  }
} catch {
  // Without storage nothing was kept.
}
