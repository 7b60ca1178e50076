/* Keeps the page that checks codes, so that a phone without network opens it for any address under
   /verify/: the code stands in the address's fragment, which the page reads. */
const KEPT = "verify-1";
const PAGE = new URL("offline", self.location).href;

async function keep() {
  const cache = await caches.open(KEPT);
  const answer = await fetch(PAGE, { cache: "reload" });
  if (!answer.ok) throw new Error("the page can't be had");
  const text = await answer.clone().text();
  const files = [...text.matchAll(/(?:src|href)="(\/static\/[^"]+\.(?:css|js|svg)[^"]*)"/g)];
  await cache.put(PAGE, answer);
  await Promise.all(files.map((file) => cache.add(file[1].replaceAll("&amp;", "&"))));
}

async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(PAGE);
    if (!kept) throw error;
    return kept;
  }
}

self.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(page(request));
    if (request.url.split(/[?#]/)[0] === PAGE) event.waitUntil(keep().catch(() => {}));
  } else if (new URL(request.url).pathname.startsWith("/static/")) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});
