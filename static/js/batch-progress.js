/* A batch under way: asks for the page again and puts its board in place of the old one, until the work
   has ended. The keyboard's focus stays on the button of the same form. Without this the page reloads. */
const PAUSE = 2_000;
const failed = document.querySelector("[data-batch-failed]");

async function refresh() {
  const reply = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (!reply.ok || reply.redirected) throw new Error(String(reply.status));
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const board = document.querySelector("[data-batch]");
  const fresh = page.querySelector("[data-batch]");
  if (!fresh) throw new Error("no board");
  const held = board.contains(document.activeElement);
  board.replaceWith(document.adoptNode(fresh));
  if (held) document.querySelector("[data-batch] button, [data-batch] a.button")?.focus();
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
  if (document.querySelector("[data-batch]").dataset.running === "yes") setTimeout(run, PAUSE);
}

setTimeout(run, PAUSE);
