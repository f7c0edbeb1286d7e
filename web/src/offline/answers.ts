import { experimental_createQueryPersister as createPersister } from '@tanstack/query-persist-client-core';
import { notifyManager, type QueryClient, type QueryKey, type QueryPersister } from '@tanstack/react-query';
import { database } from './database';

declare module '@tanstack/react-query' {
  interface Register {
    queryMeta: { keepOffline?: boolean };
  }
}

const oneWeek = 7 * 24 * 3600_000;

const kept = createPersister<string>({
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
  refetchOnRestore: false,
  maxAge: oneWeek,
  filters: { predicate: query => query.meta?.keepOffline !== false },
});

/** Keeps each answer in IndexedDB and shows it while, or instead of, a newer one. */
export const keepAnswers: QueryPersister = async (read, context, query) => {
  let wasRead = false;
  const answer = await kept.persisterFn(
    now => {
      wasRead = true;
      return read(now);
    },
    context,
    query,
  );
  if (!wasRead) {
    // A copy is as old as it is: changes since were made on the screen, not in it. The library would do the same, but leave it
    // unhandled when that reading fails or is given up; the query itself says so to whoever shows it.
    notifyManager.schedule(() => void query.fetch().catch(() => undefined));
  }

  return answer;
};

/** Keeps an answer that was changed on the screen as it is there. */
export const keepChanged = (client: QueryClient, key: QueryKey) => kept.persistQueryByKey(key, client);

/** Drops copies that are too old. */
export const dropOldAnswers = () => kept.persisterGc();
