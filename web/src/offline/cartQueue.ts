import type { QueryClient } from '@tanstack/react-query';
import { api, ok } from '../api/client';
import { ApiError, isNetworkError } from '../api/errors';
import { cartQuery } from '../api/cart';
import { isSignedIn } from '../api/session';
import type { Cart, CartProduct } from '../api/types';
import { keepChanged } from './answers';
import { database } from './database';

// What is kept is the quantity that a product shall have, not the step towards it: sent twice, it is still the same cart.

/** Sets how much of a product is in the cart: at once on screen, on the server when it can be reached. 0 takes it out. */
export async function setQuantity(
  client: QueryClient,
  product: CartProduct & { price: string },
  quantity: number,
): Promise<void> {
  const db = await database;
  await db.put('cart', { product: product.id, quantity, at: Date.now() });
  await client.cancelQueries({ queryKey: cartQuery.queryKey });
  client.setQueryData(cartQuery.queryKey, cart => cart && withQuantity(cart, product, quantity));
  // A page that is opened anew without a network has the copy alone.
  await keepChanged(client, cartQuery.queryKey);
  await sendCart(client);
}

/** Sends what waits; one tab at a time. Throws what the API refuses, after the cart was read again. */
export async function sendCart(client: QueryClient): Promise<void> {
  await ('locks' in navigator ? navigator.locks.request('agroconnect.cart', () => send(client)) : send(client));
}

async function send(client: QueryClient) {
  const db = await database;
  const waiting = (await db.getAll('cart')).toSorted((a, b) => a.at - b.at);
  if (waiting.length === 0 || !isSignedIn()) {
    return;
  }

  let refusal: ApiError | undefined;
  try {
    let cart = await ok(api.GET('/api/orders/cart/'));
    for (const wanted of waiting) {
      try {
        cart = await apply(cart, wanted.product, wanted.quantity);
      } catch (error) {
        if (!(error instanceof ApiError) || isNetworkError(error) || error.status === 401 || error.status === 429) {
          throw error;
        }

        refusal = error;
      }

      // Changed again in the meantime: the newer wish stays.
      const now = await db.get('cart', wanted.product);
      if (now?.at === wanted.at) {
        await db.delete('cart', wanted.product);
      }
    }

    if ((await db.count('cart')) === 0) {
      client.setQueryData(cartQuery.queryKey, cart);
    } else {
      await send(client);
    }
  } catch (error) {
    if (!isNetworkError(error)) {
      throw error;
    }
  }

  if (refusal) {
    await client.invalidateQueries({ queryKey: cartQuery.queryKey });
    throw refusal;
  }
}

async function apply(cart: Cart, product: number, quantity: number): Promise<Cart> {
  const line = cart.items.find(item => item.product.id === product);
  if (line?.quantity === quantity || (!line && quantity === 0)) {
    return cart;
  }

  if (!line) {
    return await ok(api.POST('/api/orders/cart/items/', { body: { product, quantity } }));
  }

  const path = { id: line.id };
  if (quantity > 0) {
    return await ok(api.PATCH('/api/orders/cart/items/{id}/', { params: { path }, body: { quantity } }));
  }

  await ok(api.DELETE('/api/orders/cart/items/{id}/', { params: { path } }));
  return await ok(api.GET('/api/orders/cart/'));
}

/** What the cart will look like; the server's own sums come after. */
function withQuantity(cart: Cart, product: CartProduct & { price: string }, quantity: number): Cart {
  const cents = (price: string, amount: number) =>
    Math.round(Number(price) * (product.unit_weight ?? 1) * amount * 100) / 100;
  const others = cart.items.filter(item => item.product.id !== product.id);
  const line = cart.items.find(item => item.product.id === product.id);
  const items =
    quantity === 0
      ? others
      : line
        ? cart.items.map(item =>
            item === line
              ? { ...item, quantity, problem: null, line_total: cents(item.unit_price, quantity).toFixed(2) }
              : item,
          )
        : [
            ...others,
            {
              id: -product.id,
              product,
              quantity,
              unit_price: product.price,
              line_total: cents(product.price, quantity).toFixed(2),
              problem: null,
            },
          ];
  return { ...cart, items, total: items.reduce((sum, item) => sum + Number(item.line_total), 0).toFixed(2) };
}
