/* Checks the signed code of a certificate (compact JWS, Ed25519) in the browser, asking nobody.
   A classic script: browsers load no modules for a page that was saved as a file. */
(() => {
  const PURPOSE = "crt+jws";
  const panel = document.querySelector("[data-code-check]");
  if (!panel) return;
  const published = JSON.parse(document.getElementById("code-keys").textContent).keys;
  const keys = new Map(published.map((key) => [key.kid.slice(0, 8), key]));

  const bytes = (text) => {
    if (!/^[\w-]+$/.test(text)) throw new SyntaxError("not base64url");
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (character) => character.charCodeAt(0));
  };
  const object = (text) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes(text)));

  async function holds(key, parts) {
    const jwk = { kty: "OKP", crv: "Ed25519", x: key.x };
    const imported = await crypto.subtle.importKey("jwk", jwk, { name: "Ed25519" }, false, ["verify"]);
    const signed = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
    return crypto.subtle.verify({ name: "Ed25519" }, imported, bytes(parts[2]), signed);
  }

  async function check(text) {
    const parts = text.trim().split("#").pop().trim().split(".");
    if (parts.length !== 3) return { outcome: "malformed" };
    let header, stated;
    try {
      header = object(parts[0]);
      stated = object(parts[1]);
      bytes(parts[2]);
      if (header.alg !== "Ed25519" || header.typ !== PURPOSE) return { outcome: "altered" };
    } catch {
      return { outcome: "altered" };
    }
    const key = keys.get(header.kid);
    if (!key) return { outcome: "unknown_key" };
    if (key.compromised) return { outcome: "distrusted" };
    if (!window.crypto || !crypto.subtle) return { outcome: "unsupported" };
    try {
      return (await holds(key, parts)) ? { outcome: "genuine", stated } : { outcome: "altered" };
    } catch {
      return { outcome: "unsupported" };
    }
  }

  function day(text) {
    const long = { dateStyle: "long", timeZone: "UTC" };
    return new Intl.DateTimeFormat(document.documentElement.lang, long).format(new Date(text));
  }

  function fill(stated) {
    const fact = (name) => panel.querySelector(`[data-fact="${name}"]`);
    fact("course").textContent = stated.c;
    fact("name").textContent = stated.n;
    fact("from").textContent = day(stated.s);
    fact("to").textContent = stated.u ? day(stated.u) : "";
    fact("no-end").hidden = Boolean(stated.u);
    fact("id").textContent = stated.i.match(/.{1,4}/g).join("-");
    const today = new Date().toLocaleDateString("sv", { timeZone: panel.dataset.zone }); // 2026-12-31
    panel.querySelector("[data-code-expired]").hidden = !(stated.u && stated.u < today);
    const link = panel.querySelector("[data-code-link]");
    if (link) link.href = panel.dataset.address + encodeURIComponent(stated.i);
  }

  async function show(text) {
    panel.hidden = true; // what was said of another code
    const { outcome, stated } = await check(text);
    const isOther = stated && panel.dataset.number && stated.i !== panel.dataset.number;
    const shown = isOther ? "other" : outcome;
    for (const part of panel.querySelectorAll("[data-outcome]")) {
      part.hidden = part.dataset.outcome !== shown;
    }
    panel.querySelector("[data-code-facts]").hidden = !stated;
    if (stated) fill(stated);
    panel.hidden = false;
  }

  function fragment() {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch {
      return location.hash; // a code that was damaged on its way
    }
  }
  const consult = () => fragment().includes(".") && show(fragment());
  const form = document.querySelector("[data-code-form]");
  if (form) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      show(form.querySelector("textarea").value);
    });
  }
  window.addEventListener("hashchange", consult);
  consult();
  if ("serviceWorker" in navigator && location.protocol !== "file:") {
    navigator.serviceWorker.register(`${new URL(panel.dataset.address).pathname}worker.js`).catch(() => {});
  }
})();
