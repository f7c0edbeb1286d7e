import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { registerSW } from 'virtual:pwa-register';
import './design/tokens.css';
import './design/base.css';
import { queryClient } from './app/queryClient';
import { router } from './app/routes';
import { ready } from './i18n';

await ready;

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);

registerSW();
// After the first page is there.
void import('./live/live').then(({ startLive }) => startLive(queryClient));
