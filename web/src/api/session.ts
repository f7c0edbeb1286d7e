import { useSyncExternalStore } from 'react';

// The access token lives in memory, the refresh token in storage. Each refresh spends the old one, and spending it twice ends the
// log-in: so one tab refreshes at a time, and tells the others.

const key = 'agroconnect.refresh';
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('agroconnect.session');
const listeners = new Set<() => void>();

let access: { token: string; expires: number; of: string } | null = null;

type Tokens = { access: string; refresh: string };
type Told = { access: string; refresh: string } | null;

channel?.addEventListener('message', (event: MessageEvent<Told>) => {
  access = event.data ? read(event.data) : null;
  tell();
});

/** Begins a log-in in all tabs. */
export function signIn(tokens: Tokens) {
  keep(tokens);
}

/** Ends the log-in in all tabs; on the server too when it can be reached. */
export async function signOut() {
  const refresh = storedRefresh();
  forget();
  if (refresh) {
    await post('/api/auth/jwt/blacklist/', { refresh }).catch(() => undefined);
  }
}

/**
 * A token that is good for at least so many milliseconds; null when nobody is signed in. Throws when the server can't be reached.
 */
export async function accessToken(atLeast = 30_000): Promise<string | null> {
  const refresh = storedRefresh();
  return !refresh ? null : isFresh(refresh, atLeast) ? access!.token : await oneAtATime(() => refreshTokens(atLeast));
}

/** After a 401 for this token: another one, or null. */
export function replaceToken(refused: string): Promise<string | null> {
  if (access?.token === refused) {
    access = null;
  }

  return accessToken();
}

/** Whether somebody is signed in. */
export const useSignedIn = () => useSyncExternalStore(subscribe, isSignedIn, () => false);

export const isSignedIn = () => storedRefresh() !== null;

export function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

async function refreshTokens(atLeast: number): Promise<string | null> {
  const refresh = storedRefresh();
  if (!refresh || isFresh(refresh, atLeast)) {
    return refresh ? access!.token : null; // another tab was faster
  }

  const answer = await post('/api/auth/jwt/refresh/', { refresh });
  if (answer.status === 401 || answer.status === 400) {
    if (storedRefresh() === refresh) {
      forget();
    }

    return null;
  }

  if (!answer.ok) {
    throw new TypeError(`The server answered ${answer.status}.`);
  }

  keep((await answer.json()) as Tokens);
  return access!.token;
}

let running: Promise<string | null> | null = null;

function oneAtATime(work: () => Promise<string | null>): Promise<string | null> {
  running ??= locked(work).finally(() => (running = null));
  return running;
}

/** Across tabs; browsers without locks have the server's grace for two at once. */
async function locked(work: () => Promise<string | null>): Promise<string | null> {
  return 'locks' in navigator ? await navigator.locks.request(key, work) : await work();
}

function keep(tokens: Tokens) {
  access = read(tokens);
  localStorage.setItem(key, tokens.refresh);
  channel?.postMessage(tokens);
  tell();
}

function forget() {
  access = null;
  localStorage.removeItem(key);
  channel?.postMessage(null);
  tell();
}

function read(tokens: Tokens) {
  const { exp, iat } = JSON.parse(atob(tokens.access.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/'))) as {
    exp: number;
    iat: number;
  };
  // By the length of its life: clocks of phones are wrong.
  return { token: tokens.access, expires: Date.now() + (exp - iat) * 1000, of: tokens.refresh };
}

const isFresh = (refresh: string, atLeast: number) =>
  access !== null && access.of === refresh && access.expires - Date.now() > atLeast;
const storedRefresh = () => localStorage.getItem(key);
const tell = () => listeners.forEach(listener => listener());

const post = (path: string, body: unknown) =>
  fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
