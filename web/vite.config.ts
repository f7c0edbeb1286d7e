import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { languages } from './src/i18n/languages';

const server = process.env.AGROCONNECT_SERVER ?? 'http://localhost:5080';

/** What the server answers itself; everything else is a page of ours. */
const serversOwn = ['/api', '/media', '/ws', '/openapi', '/asyncapi', '/docs', '/health', '/metrics', '/dev'];

export default defineConfig({
  plugins: [
    react(),
    layersInOrder(),
    toldFirst(),
    VitePWA({
      registerType: 'autoUpdate',
      injectRegister: false,
      manifest: {
        name: 'AgroConnect',
        short_name: 'AgroConnect',
        description: 'Fresh produce straight from the farms around you.',
        start_url: '/',
        display: 'standalone',
        background_color: '#faf6ec',
        theme_color: '#2f5d3a',
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
          { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
        ],
      },
      workbox: {
        // What a buyer needs is there after the first visit; languages and the pages of farms and staff are kept when they are first used.
        globPatterns: ['index.html', 'first-paint.js', 'icon.svg', 'assets/*.{js,css}'],
        navigateFallback: '/index.html',
        navigateFallbackDenylist: serversOwn.map(path => new RegExp(`^${path}(/|$)`)),
        cleanupOutdatedCaches: true,
        // From the first visit on; a newer version still waits until no page of the older one is open.
        clientsClaim: true,
        runtimeCaching: [
          {
            urlPattern: ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith('/assets/'),
            handler: 'CacheFirst',
            options: { cacheName: 'assets', expiration: { maxEntries: 80, maxAgeSeconds: 90 * 24 * 3600 } },
          },
          {
            // Public pictures never change under their address. Those of chats are signed anew each time and stay out.
            urlPattern: ({ url, request }) =>
              (request.destination === 'image' || url.pathname.startsWith('/media/')) &&
              !url.pathname.startsWith('/media/private/'),
            handler: 'CacheFirst',
            options: {
              cacheName: 'images',
              cacheableResponse: { statuses: [200] },
              expiration: { maxEntries: 300, maxAgeSeconds: 30 * 24 * 3600, purgeOnQuotaError: true },
            },
          },
        ],
      },
    }),
  ],
  server: {
    proxy: Object.fromEntries(
      serversOwn.map(path => [path === '/dev' ? '^/dev/' : `^${path}(/|$)`, { target: server, ws: path === '/ws' }]),
    ),
  },
  build: {
    outDir: process.env.WEB_OUTPUT ?? 'dist',
    emptyOutDir: true,
    target: 'es2022',
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        chunkFileNames: chunk => `assets/${folderOf(chunk.facadeModuleId, chunk.moduleIds)}[name]-[hash].js`,
        assetFileNames: 'assets/[name]-[hash][extname]',
        // What most pages share is one file: twenty small ones cost a slow network more round trips than they save bytes.
        codeSplitting: {
          groups: [
            {
              name: 'shared',
              test: /\/src\/(?:(?:api|app|i18n|offline)\/\w+\.tsx?|app\/\w+\.module\.css|design\/(?!Chart|Filters|Markdown|Pager|Rows|Tabs|Tiles)[\w.]+)$/,
            },
          ],
        },
      },
    },
  },
});

/**
 * Chunks of languages, farms and staff go into folders of their own, so that the service worker can leave them for later.
 * @param modules All that are in the chunk: what only pages of farms and staff share is one without a page of its own.
 */
function folderOf(page: string | null, modules: string[]): string {
  return /\/src\/(?:i18n\/[a-z]{2}\/)/.test(page ?? '')
    ? 'languages/'
    : (/\/src\/pages\/(farm|staff)\//.exec(page ?? '')?.[1]?.concat('/') ??
        (modules.some(module => /\/src\/pages\/(farm|staff|work)\//.test(module)) ? 'farm/' : ''));
}

/** The order of layers is that of their first mention, and no chunk's styles are sure to come first: each says it. */
function layersInOrder(): Plugin {
  return {
    name: 'layers-in-order',
    enforce: 'pre',
    transform: (code, id) =>
      /\/src\/.*\.css$/.test(id) ? `@layer reset, base, components, pages;\n${code}` : undefined,
  };
}

/** Tells first-paint.js which languages there are, and the files that a first visit needs besides those that index.html names. */
function toldFirst(): Plugin {
  const pages = {
    '/': 'home/HomePage',
    '/products': 'catalogue/ProductsPage',
    '/products/:id': 'catalogue/ProductPage',
  };
  return {
    name: 'told-first',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle, chunk: entry }) {
        const chunks = Object.values(bundle ?? {}).filter(file => file.type === 'chunk');
        const named = new Set<string>();
        const filesOf = (name: string): string[] => {
          const chunk = chunks.find(({ fileName }) => fileName === name);
          if (!chunk || named.has(name)) {
            return [];
          }

          named.add(name);
          return [name, ...(chunk.viteMetadata?.importedCss ?? []), ...chunk.imports.flatMap(filesOf)];
        };
        const besidesEntry = (module: string) => {
          named.clear();
          const begun = new Set(entry ? filesOf(entry.fileName) : []);
          const page = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(module));
          return page ? filesOf(page.fileName).filter(file => !begun.has(file)) : [];
        };
        const first = {
          languages: Object.fromEntries(
            Object.entries(languages).map(([tag, { dir }]) => [
              tag,
              { dir, files: besidesEntry(`/src/i18n/${tag}/common.json`) },
            ]),
          ),
          pages: Object.fromEntries(
            Object.entries(pages).map(([path, name]) => [path, besidesEntry(`/src/pages/${name}.tsx`)]),
          ),
        };
        return html.replace('src="/first-paint.js"', `$& data-first='${JSON.stringify(first)}'`);
      },
    },
  };
}
