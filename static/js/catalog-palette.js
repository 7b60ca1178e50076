/* The palette of blocks: arrow keys move in it, letters are left to the browser, choosing closes it.
   Inserting is the editor's own work (catalog-editor.js), Escape that of all menus. */

const palette = document.querySelector("[data-palette]");
const entries = [...palette.querySelectorAll("[data-snippet]")];

palette.addEventListener("toggle", () => {
  if (palette.open) entries[0].focus();
});

palette.addEventListener("keydown", (event) => {
  const at = entries.indexOf(document.activeElement);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 };
  if (!palette.open || !(event.key in steps)) return;
  event.preventDefault();
  entries[(steps[event.key] + entries.length) % entries.length].focus();
});

for (const entry of entries) entry.addEventListener("click", () => { palette.open = false; });
