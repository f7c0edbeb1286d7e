import { api, ok } from '../../api/client';

export const providers = {
  'google-oauth2': { name: 'Google', path: '/auth/google' },
  facebook: { name: 'Facebook', path: '/auth/facebook' },
} as const;

export type Provider = keyof typeof providers;

export const isProvider = (name: string): name is Provider => Object.hasOwn(providers, name);

const key = 'agroconnect.next';

/** Sends the browser to the provider, which sends it back to `/auth/…`. */
export async function goTo(provider: Provider, next: string) {
  sessionStorage.setItem(key, next);
  const redirect_uri = window.location.origin + providers[provider].path;
  const { authorization_url } = await ok(
    api.GET('/api/auth/o/{provider}/', {
      params: { path: { provider }, query: { redirect_uri } },
      credentials: 'include',
    }),
  );
  window.location.assign(authorization_url);
}

export const nextAfter = () => sessionStorage.getItem(key) ?? '/';
