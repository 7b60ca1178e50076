/* The live view: asks for the page again and puts its board in place of the old one. The place of the
   keyboard's focus stays; while the tab is hidden nothing is asked. Without this the page reloads. */
const PAUSE = 10_000;
const failed = document.querySelector("[data-live-failed]");

function focusedLink(board) {
  const active = document.activeElement;
  return active && board.contains(active) ? active.getAttribute("href") : null;
}

async function refresh() {
  const reply = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (!reply.ok || reply.redirected) throw new Error(String(reply.status));
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const board = document.querySelector("[data-live-board]");
  const fresh = page.querySelector("[data-live-board]");
  if (!fresh) throw new Error("no board");
  const link = focusedLink(board);
  board.replaceWith(document.adoptNode(fresh));
  if (link) document.querySelector(`[data-live-board] a[href="${CSS.escape(link)}"]`)?.focus();
}

async function run() {
  if (document.visibilityState === "visible") {
    try {
      await refresh();
      failed.hidden = true;
    } catch {
      failed.hidden = false;
    }
  }
  setTimeout(run, PAUSE);
}

setTimeout(run, PAUSE);
