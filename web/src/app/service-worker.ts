/** Whether a new release waits to take over, and how to let it. */
export interface Updates {
  /** The release that waits; the same function as long as it is the same release. */
  ready(): (() => void) | undefined;
  subscribe(listener: () => void): () => void;
}

/** How often a page that stays open asks for a new release, in milliseconds. */
const interval = 3_600_000;

/**
 * Installs the worker that lets the app open offline. A new release never takes over by itself: text that somebody is
 * writing would be lost.
 */
export function installServiceWorker(): Updates {
  const listeners = new Set<() => void>();
  let ready: (() => void) | undefined;
  const offer = (takeOver: () => void) => {
    ready = takeOver;
    for (const listener of listeners) listener();
  };

  if (import.meta.env.PROD && "serviceWorker" in navigator) {
    void register(offer);
  }
  return {
    ready: () => ready,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

async function register(offer: (takeOver: () => void) => void) {
  const { serviceWorker } = navigator;
  const hadOne = serviceWorker.controller !== null;
  let reloading = false;
  // Another tab has let the new release take over: what runs here is the old one.
  serviceWorker.addEventListener("controllerchange", () => {
    if (reloading) location.reload();
    else if (hadOne) offer(() => location.reload());
  });
  try {
    const registration = await serviceWorker.register(addressOfWorker());
    const look = () => {
      const { waiting } = registration;
      if (!waiting || !serviceWorker.controller) return;
      offer(() => {
        reloading = true;
        waiting.postMessage("take over");
      });
    };
    look();
    registration.addEventListener("updatefound", () => {
      registration.installing?.addEventListener("statechange", look);
    });
    setInterval(() => void registration.update().catch(() => {}), interval);
  } catch {
    // A browser that allows none: the app works as long as there is a network.
  }
}

/** Trusted Types let a worker's address through only if a policy has made it; the security policy names this one. */
function addressOfWorker(): string {
  const policy = window.trustedTypes?.createPolicy("sw", { createScriptURL: () => "/sw.js" });
  return (policy?.createScriptURL("") ?? "/sw.js") as string;
}

declare global {
  interface Window {
    trustedTypes?: {
      createPolicy(
        name: string,
        rules: { createScriptURL: (input: string) => string },
      ): { createScriptURL(input: string): unknown };
    };
  }
}
