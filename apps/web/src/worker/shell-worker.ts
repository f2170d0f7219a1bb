import { clientsClaim } from 'workbox-core';
import { cleanupOutdatedCaches, matchPrecache, precacheAndRoute, type PrecacheEntry } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

/**
 * Keeps the shell of the console on the device: its start page and the files that the build names, and nothing else. No other request is looked at, so
 * no answer of the API can come into a cache.
 */
declare const self: ServiceWorkerGlobalScope & {
  /** Put in by the build: see build/shell-files.ts. */
  shellFiles: readonly PrecacheEntry[];
};

/** Chromium's from version 123 on; the types do not know it yet. */
declare class InstallEvent extends ExtendableEvent {
  addRoutes(rule: { condition: { urlPattern: { pathname: string } }; source: 'network' }): Promise<void>;
}

const START_PAGE = '/index.html';
/** The server's own addresses: what they answer belongs to one person, or to machines. */
const SERVED = [/^\/(api|healthz|readyz|metrics)(\/|$)/];
/** In a village an answer may never come: after so long the page that is kept opens instead. */
const PATIENCE_MS = 4_000;
/** A proxy says so for a console that is away. */
const AWAY: readonly number[] = [502, 503, 504];

// Before the kept files: the start page of the server comes first, so that whoever has a network opens the newest.
registerRoute(new NavigationRoute(({ request }) => startPage(request), { denylist: SERVED }));
precacheAndRoute([...self.shellFiles], { directoryIndex: '', cleanURLs: false, ignoreURLParametersMatching: [] });
cleanupOutdatedCaches();
clientsClaim();

// Where the browser can be told, what the server itself answers goes past this worker: on its way through here, what a page still sends while it is being left
// would be lost with the page.
self.addEventListener('install', (event) => {
  if (typeof InstallEvent !== 'undefined' && event instanceof InstallEvent && 'addRoutes' in event)
    event.waitUntil(event.addRoutes({ condition: { urlPattern: { pathname: '/api/*' } }, source: 'network' }));
});

// A new worker waits: files of the version that is open are thrown away only when its reader says so, or has closed it.
self.addEventListener('message', (event) => {
  if (event.data === 'take-over') void self.skipWaiting();
});

/** Each start page names the files of its own version: whichever comes, none is mixed. */
async function startPage(request: Request): Promise<Response> {
  const answered = fetch(request).catch(() => null);
  const late = new Promise<null>((resolve) => void setTimeout(() => resolve(null), PATIENCE_MS));
  const first = await Promise.race([answered, late]);
  if (first && !AWAY.includes(first.status)) return first;
  return (await matchPrecache(START_PAGE)) ?? (await answered) ?? Response.error();
}
