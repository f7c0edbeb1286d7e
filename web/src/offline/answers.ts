import { experimental_createQueryPersister as createPersister } from '@tanstack/query-persist-client-core';
import { database } from './database';

declare module '@tanstack/react-query' {
  interface Register {
    queryMeta: { keepOffline?: boolean };
  }
}

const oneWeek = 7 * 24 * 3600_000;

/** Keeps each answer in IndexedDB and shows it while, or instead of, a newer one. */
export const keptAnswers = createPersister<string>({
  storage: {
    getItem: async key => (await database).get('answers', key),
    setItem: async (key, value) => void (await (await database).put('answers', value, key)),
    removeItem: async key => (await database).delete('answers', key),
    entries: async () => {
      const db = await database;
      const [keys, values] = await Promise.all([db.getAllKeys('answers'), db.getAll('answers')]);
      return keys.map((key, index) => [key, values[index]!] as [string, string]);
    },
  },
  prefix: 'answer',
  // A copy is as old as it is: changes since were made on the screen, not in it.
  refetchOnRestore: 'always',
  maxAge: oneWeek,
  filters: { predicate: query => query.meta?.keepOffline !== false },
});
