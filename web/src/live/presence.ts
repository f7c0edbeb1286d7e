import { useSyncExternalStore } from 'react';

// What is only true for the moment: who is online, who is writing. Nothing of it is kept.

export type Presence = { online: boolean; last_seen: string | null };

let presences: ReadonlyMap<number, Presence> = new Map();
let writers: ReadonlySet<string> = new Set();
const lapses = new Map<string, ReturnType<typeof setTimeout>>();
const listeners = new Set<() => void>();

export function setPresence(user: number, presence: Presence) {
  presences = new Map(presences).set(user, presence);
  tell();
}

/** Lapses after 6 s, as on the server: its word of the end may be lost with the line. */
export function setTyping(conversation: number, user: number, active: boolean) {
  const key = `${conversation}:${user}`;
  clearTimeout(lapses.get(key));
  writers = new Set([...writers].filter(writer => writer !== key).concat(active ? [key] : []));
  if (active) {
    lapses.set(
      key,
      setTimeout(() => setTyping(conversation, user, false), 6_500),
    );
  }

  tell();
}

export const usePresence = (user: number | undefined) =>
  useSyncExternalStore(subscribe, () => (user === undefined ? undefined : presences.get(user)));

export const useTyping = (conversation: number, user: number | undefined) =>
  useSyncExternalStore(subscribe, () => writers.has(`${conversation}:${user}`));

const tell = () => listeners.forEach(listener => listener());

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
