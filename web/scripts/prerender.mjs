// After `vite build`: writes first/LANGUAGE/PAGE.html, the pages that strangers open first as they are before any answer of the API has
// come. The server sends them to whoever has no service worker yet: there is something to see, and all that the page is going to ask
// for is on its way, while the scripts still come.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer } from 'vite';

const folder = process.env.WEB_OUTPUT ?? new URL('../dist', import.meta.url).pathname;
const pages = { home: '/', market: '/products', product: '/products/0' };

// A browser that has kept nothing, for modules that look into it as they are loaded.
const asked = [];
const none = { documentElement: {}, languages: [], getItem: () => null };
class IDBRequest extends EventTarget {}
Object.assign(globalThis, {
  document: none,
  localStorage: none,
  IDBRequest,
  indexedDB: { open: () => new IDBRequest() },
  Request: class extends Request {
    constructor(input, init) {
      super(typeof input === 'string' ? new URL(input, 'http://localhost') : input, init);
    }
  },
  fetch: async ({ url }) => {
    asked.push(url.slice('http://localhost'.length));
    return Response.json({});
  },
});
Object.defineProperty(globalThis, 'navigator', { value: none, configurable: true });

const vite = await createServer({
  server: { middlewareMode: true, watch: null },
  optimizeDeps: { noDiscovery: true },
  appType: 'custom',
  logLevel: 'error',
});
const { prerender } = await vite.ssrLoadModule('/src/prerender.tsx');
const index = await readFile(join(folder, 'index.html'), 'utf8');
const first = JSON.parse(/data-first='(.*?)'/.exec(index)[1]);

const link = (rel, href, more = '') => `<link rel="${rel}"${more} href="${href}" />`;
for (const [language, { dir, files }] of Object.entries(first.languages)) {
  await mkdir(join(folder, 'first', language), { recursive: true });
  for (const [page, path] of Object.entries(pages)) {
    asked.length = 0;
    const { html, title } = await prerender(language, path);
    const its = [...files, ...first.pages[path.replace('/0', '/:id')]];
    const links = [
      ...its.map(file =>
        file.endsWith('.css')
          ? link('stylesheet', `/${file}`)
          : link('modulepreload', `/${file}`, ' fetchpriority="low"'),
      ),
      // The answer about one product is named by the server, which knows which.
      ...asked
        .filter(url => !url.includes('/0/'))
        .map(url => link('preload', url.replaceAll('&', '&amp;'), ' as="fetch" crossorigin')),
    ];
    await writeFile(
      join(folder, 'first', language, `${page}.html`),
      index
        // Scripts change nothing of what is seen: styles and pictures go before them.
        .replaceAll(/rel="modulepreload"|type="module"/g, '$& fetchpriority="low"')
        .replace('<html lang="en" dir="ltr">', `<html lang="${language}" dir="${dir}">`)
        .replace('<title>AgroConnect</title>', () => `<title>${title}</title>\n    ${links.join('\n    ')}`)
        .replace('<div id="root"></div>', () => `<div id="root">${html}</div>`),
    );
  }
}

await vite.close();
process.exit(0); // what the modules opened would wait for ever
