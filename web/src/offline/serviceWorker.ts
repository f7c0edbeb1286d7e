/** Lets this browser keep the pages, once the first one is there: nothing of it is to wait for that. */
export function keepPages() {
  if (import.meta.env.PROD && 'serviceWorker' in navigator) {
    if (!navigator.serviceWorker.controller) {
      navigator.serviceWorker.addEventListener('controllerchange', keepFirstVisit, { once: true });
    }

    const register = () => void navigator.serviceWorker.register('/sw.js').catch(() => undefined);
    if (document.readyState === 'complete') {
      register();
    } else {
      window.addEventListener('load', register);
    }
  }
}

/** What the first page needs comes before there is a service worker to keep it: asked for again, the browser's own cache has it. */
function keepFirstVisit() {
  const kept = new Set<string>();
  const keep = (files: PerformanceEntryList) => {
    for (const { name } of files) {
      const { origin, pathname } = new URL(name);
      if (origin === window.location.origin && /^\/(assets|media)\//.test(pathname) && !kept.has(name)) {
        kept.add(name);
        void fetch(name).catch(() => undefined);
      }
    }
  };
  new PerformanceObserver(list => keep(list.getEntries())).observe({ type: 'resource', buffered: true });
}
