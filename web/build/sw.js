// The app's shell, kept in the browser so that it opens at once and without a network. Written at the build: `release`
// names its content, `files` are all that belongs to it. Data and the sign-in are no business of this worker.

const pages = ["/", "/account"];

addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(release).then((cache) =>
      // Past the HTTP cache, for the files whose names do not change.
      cache.addAll([...files, "/config.json"].map((file) => new Request(file, { cache: "no-cache" }))),
    ),
  );
});

addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      // The release before stays too: tabs that still run it may yet ask for one of its parts.
      const old = (await caches.keys()).filter((name) => name.startsWith("app-") && name !== release);
      await Promise.all(old.slice(0, -1).map((name) => caches.delete(name)));
      await clients.claim();
    })(),
  );
});

addEventListener("message", (event) => {
  if (event.data === "take over") skipWaiting();
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (pages.includes(url.pathname)) event.respondWith(page(event));
  } else if (url.pathname === "/config.json") {
    event.respondWith(settings(event));
  } else if (files.includes(url.pathname) || url.pathname.startsWith("/assets/")) {
    event.respondWith(file(request));
  }
});

/** The page of this release. Its headers hold the security policy, so a later answer with the same page replaces it. */
async function page(event) {
  const cache = await caches.open(release);
  const kept = await cache.match("/");
  const fresh = fetch("/", { cache: "no-cache" }).then(async (answer) => {
    if (kept && answer.ok && (await answer.clone().text()) === (await kept.clone().text())) {
      await cache.put("/", answer.clone());
    }
    return answer;
  });
  if (!kept) return fresh;
  event.waitUntil(fresh.catch(() => {}));
  return kept.clone();
}

/** How long a visit waits for newer settings, in milliseconds: the next one has them in any case. */
const patience = 300;

/** The newest settings if they come soon, else the last ones. What is no JSON comes from somebody in between. */
async function settings(event) {
  const cache = await caches.open(release);
  const fresh = fetch(event.request).then(async (answer) => {
    const good = answer.ok && answer.headers.get("Content-Type")?.startsWith("application/json");
    if (good) await cache.put("/config.json", answer.clone());
    return { answer, good };
  });
  const kept = await cache.match("/config.json");
  if (!kept) return (await fresh).answer;
  const newer = fresh.then(({ answer, good }) => (good ? answer : kept)).catch(() => kept);
  event.waitUntil(newer);
  return Promise.race([newer, new Promise((resolve) => setTimeout(() => resolve(kept), patience))]);
}

/** A file's name holds its content's hash, or it is of this release. */
async function file(request) {
  const cache = await caches.open(release);
  return (await cache.match(request)) ?? (await caches.match(request)) ?? fetch(request);
}
