import { QueryClientProvider } from '@tanstack/react-query';
import { startTransition, StrictMode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { createBrowserRouter, RouterProvider } from 'react-router';
import './design/tokens.css';
import './design/base.css';
import { queryClient } from './app/queryClient';
import { routes } from './app/routes';
import { ready } from './i18n';
import { keepPages } from './offline/serviceWorker';

const router = createBrowserRouter(routes);
const pageLoaded = new Promise<void>(resolve => {
  const look = () => router.state.initialized && resolve();
  router.subscribe(look);
  look();
});
await Promise.all([ready, pageLoaded]);

const root = document.getElementById('root')!;
const app = (
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>
);
// In slices: the page that the server sent (scripts/prerender.mjs) can be scrolled meanwhile.
startTransition(() => {
  if (root.hasChildNodes() && !document.documentElement.dataset.otherLanguage) {
    hydrateRoot(root, app);
  } else {
    root.replaceChildren();
    delete document.documentElement.dataset.otherLanguage;
    createRoot(root).render(app);
  }
});

keepPages();
// After the first page is there.
void import('./live/live').then(({ startLive }) => startLive(queryClient));
