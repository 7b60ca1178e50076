/* Two languages of a lesson side by side: each side's preview follows its typing. A preview stands in a
   tree of its own, since both have anchors of the same names. Without this script a link leads to the
   preview, and the forms save one side at a time. */
const PAUSE = 400; // milliseconds without typing before a preview is fetched

for (const form of document.querySelectorAll("[data-side]")) {
  const frame = document.querySelector(`[data-side-preview="${form.dataset.side}"]`);
  const state = form.querySelector("[data-editor-state]");
  const tree = frame.attachShadow({ mode: "open" });
  const sheets = [...document.querySelectorAll("link[rel=stylesheet]")].map((link) => link.cloneNode());
  const page = document.createElement("div");
  tree.append(...sheets, page);
  let timer = 0;
  let running = null;

  const preview = async () => {
    running?.abort();
    running = new AbortController();
    try {
      const answer = await fetch(form.dataset.previewUrl, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        signal: running.signal,
        headers: { Accept: "application/json" },
      });
      if (answer.ok) page.innerHTML = (await answer.json()).html;
      // Two texts of one lesson: their parts bear the same names, so they are no landmarks here.
      for (const part of page.querySelectorAll("section, [role=region]")) part.role = "group";
    } catch (error) {
      if (error.name !== "AbortError") frame.classList.add("is-stale");
    }
  };

  /* The document's own listener doesn't see inside the tree: answers of a self-check go nowhere. */
  tree.addEventListener("submit", (event) => event.preventDefault());
  preview();
  form.addEventListener("input", () => {
    state.textContent = form.dataset.leave;
    clearTimeout(timer);
    timer = setTimeout(preview, PAUSE);
  });
}
