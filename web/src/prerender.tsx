import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import i18next from 'i18next';
import { renderToString } from 'react-dom/server';
import { createStaticHandler, createStaticRouter, StaticRouterProvider, type StaticHandlerContext } from 'react-router';
import { routes } from './app/routes';
import { ready } from './i18n';

/** A page as it is before any answer of the API has come; what it asks for is asked for. Throws when it can't be shown like that. */
export async function prerender(language: string, path: string) {
  await ready;
  await i18next.changeLanguage(language);
  const handler = createStaticHandler(routes);
  const context = (await handler.query(new Request(`http://localhost${path}`))) as StaticHandlerContext;
  if (context.errors) {
    throw Object.values(context.errors)[0] as Error;
  }

  const client = new QueryClient();
  const html = renderToString(
    <QueryClientProvider client={client}>
      <StaticRouterProvider
        router={createStaticRouter(handler.dataRoutes, context)}
        context={context}
        hydrate={false}
      />
    </QueryClientProvider>,
  );
  const wanted = client
    .getQueryCache()
    .findAll({ predicate: ({ options }) => !('enabled' in options) || options.enabled !== false });
  await Promise.all(wanted.map(query => query.fetch()));
  const heading = /<h1[^>]*>(.*?)<\/h1>/.exec(html)![1]!;
  return {
    // React puts what it would preload in front; the page has it soon enough.
    html: html.replace(/^(<link [^>]*>)+/, ''),
    title: path === '/products' ? `${heading} · AgroConnect` : 'AgroConnect',
  };
}
