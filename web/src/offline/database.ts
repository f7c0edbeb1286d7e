import { openDB, type DBSchema } from 'idb';

/** What this browser keeps: copies of answers to read without a network, and what is yet to be sent. */
interface Kept extends DBSchema {
  /** Answers of the API, by the hash of their query. */
  answers: { key: string; value: string };
  /** Quantities that the cart shall have, by product; the latest wins. */
  cart: { key: number; value: WantedQuantity };
  /** Messages without an acknowledgement, in the order in which they were written. */
  messages: { key: number; value: UnsentMessage; indexes: { client_id: string } };
}

export type WantedQuantity = { product: number; quantity: number; at: number };

export type UnsentMessage = {
  order?: number;
  conversation: number;
  client_id: string;
  text: string;
  images: number[];
  at: string;
};

export const database = openDB<Kept>('agroconnect', 1, {
  upgrade(db) {
    db.createObjectStore('answers');
    db.createObjectStore('cart', { keyPath: 'product' });
    db.createObjectStore('messages', { keyPath: 'order', autoIncrement: true }).createIndex('client_id', 'client_id', {
      unique: true,
    });
  },
});

/** Nothing of one person is left for the next. */
export async function forgetEverything() {
  const db = await database;
  await Promise.all([db.clear('answers'), db.clear('cart'), db.clear('messages')]);
}
