// Answers in place of the network, so that the app opens in a basement. Drawn by inspections/field/views.py.
const CACHE = "field-{{ version|escapejs }}";
const SHELL = ["{% url 'field:shell' %}"{% for asset in assets %}, "{{ asset|escapejs }}"{% endfor %}];

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL.map((address) => new Request(address, { cache: "reload" })));
  await self.skipWaiting();
}

async function clear() {
  const stale = (await caches.keys()).filter((name) => name.startsWith("field-") && name !== CACHE);
  await Promise.all(stale.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function kept(request, path) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(clear()));
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (SHELL.includes(pathname)) event.respondWith(kept(event.request, pathname));
});
