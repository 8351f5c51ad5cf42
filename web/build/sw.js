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
    event.respondWith(settings(request));
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

/** The newest settings if they come soon, else the last ones. */
async function settings(request) {
  const cache = await caches.open(release);
  const fresh = fetch(request).then(async (answer) => {
    if (answer.ok) await cache.put("/config.json", answer.clone());
    return answer;
  });
  const kept = await cache.match("/config.json");
  if (!kept) return fresh;
  const late = new Promise((resolve) => setTimeout(resolve, 2000));
  return (await Promise.race([fresh.catch(() => undefined), late])) ?? kept;
}

/** A file's name holds its content's hash, or it is of this release. */
async function file(request) {
  const cache = await caches.open(release);
  return (await cache.match(request)) ?? (await caches.match(request)) ?? fetch(request);
}
