const name = 'agroconnect.renewed';

/**
 * The service worker keeps the page with the policy (CSP) that came with it. When the market lets in more since then, takes the page
 * anew; once in a tab.
 * @returns Whether there is a newer one to be loaded.
 */
export async function renewPage(): Promise<boolean> {
  if (!navigator.serviceWorker?.controller || sessionStorage.getItem(name)) {
    return false;
  }

  sessionStorage.setItem(name, 'true');
  // Not by its own address, which the service worker answers.
  const page = await fetch('/index.html?newer', { cache: 'no-store' });
  for (const key of page.ok ? await caches.keys() : []) {
    const cache = await caches.open(key);
    const kept = (await cache.keys()).filter(({ url }) => new URL(url).pathname === '/index.html');
    await Promise.all(kept.map(request => cache.put(request, page.clone())));
  }

  return page.ok;
}
