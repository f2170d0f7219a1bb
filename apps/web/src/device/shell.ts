/** A version of the console that is newer than the one that is open. */
export interface NewVersion {
  /** Opens it, in place of the one that is open. */
  open: () => void;
}

const WORKER = '/sw.js';

/**
 * Has the shell of the console kept on the device, and tells of a newer one. Does nothing where the browser keeps none: opened without https, or told not
 * to. Returns what ends it.
 */
export function keepShell(onNewVersion: (version: NewVersion) => void): () => void {
  const reload = () => window.location.reload();
  const stops: (() => void)[] = [];
  const listen = (target: EventTarget, event: string, hear: () => void) => {
    target.addEventListener(event, hear);
    stops.push(() => target.removeEventListener(event, hear));
  };
  // A part of the program that is not there any more: the server has another version.
  listen(window, 'vite:preloadError', () => onNewVersion({ open: reload }));
  const workers = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker; // missing where it is not secure, whatever the types say
  if (workers && import.meta.env.PROD) {
    const hadWorker = workers.controller !== null;
    // Another window has opened the newer one, and the files of this one are gone.
    listen(workers, 'controllerchange', () => {
      if (hadWorker) onNewVersion({ open: reload });
    });
    void watch(workers, { onNewVersion, reload, listen });
  }
  return () => {
    for (const stop of stops) stop();
  };
}

async function watch(
  workers: ServiceWorkerContainer,
  parts: {
    onNewVersion: (version: NewVersion) => void;
    reload: () => void;
    listen: (t: EventTarget, e: string, hear: () => void) => void;
  },
): Promise<void> {
  // A browser that does not want to keeps no shell; the console works without.
  const registration = await workers.register(WORKER, { updateViaCache: 'none' }).catch(() => null);
  if (!registration) return;
  const tell = () => {
    const { waiting } = registration;
    if (!waiting || workers.controller === null) return;
    parts.onNewVersion({
      open: () => {
        workers.addEventListener('controllerchange', parts.reload, { once: true });
        waiting.postMessage('take-over', { transfer: [] });
      },
    });
  };
  tell();
  parts.listen(registration, 'updatefound', () => {
    const { installing } = registration;
    if (installing) parts.listen(installing, 'statechange', tell);
  });
  // A telephone has a page open for weeks: whoever comes back to it asks for a newer one.
  parts.listen(window, 'focus', () => void registration.update().catch(() => undefined));
}
