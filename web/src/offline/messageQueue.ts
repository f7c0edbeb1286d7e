import { useSyncExternalStore } from 'react';
import { database, type UnsentMessage } from './database';

// A message waits here from the moment it is written until the server has acknowledged it; sent again, it has the same client_id,
// which makes it the same message.

let waiting: readonly UnsentMessage[] = [];
const listeners = new Set<() => void>();

/** What waits, in the order in which it was written. */
export const unsentMessages = async (): Promise<readonly UnsentMessage[]> => {
  waiting = await (await database).getAll('messages');
  listeners.forEach(listener => listener());
  return waiting;
};

export async function keepMessage(message: UnsentMessage) {
  await (await database).add('messages', message);
  await unsentMessages();
}

export async function dropMessage(clientId: string) {
  const db = await database;
  const key = await db.getKeyFromIndex('messages', 'client_id', clientId);
  if (key !== undefined) {
    await db.delete('messages', key);
  }

  await unsentMessages(); // another tab may have dropped it
}

export const useUnsentMessages = () => useSyncExternalStore(subscribe, () => waiting);

function subscribe(listener: () => void) {
  listeners.add(listener);
  void unsentMessages(); // those of an earlier visit too
  return () => void listeners.delete(listener);
}
