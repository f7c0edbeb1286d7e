import { queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';
import type { ProductFilter } from './catalogue';
import type { paths } from './schema';
import type { Sale } from './types';

export type SaleFilter = NonNullable<paths['/api/sales/']['get']['parameters']['query']>;
export type Period = NonNullable<paths['/api/sales/summary/']['get']['parameters']['query']>;

/** A seller's own listings, those off the market too. */
export const listingsQuery = (seller: number, filter: ProductFilter) =>
  queryOptions({
    queryKey: ['listings', seller, filter],
    queryFn: ({ signal }) =>
      ok(api.GET('/api/products/', { params: { query: { is_active: 'all', ...filter, seller } }, signal })),
    staleTime: 10_000,
  });

/** A listing as its seller edits it: never a copy that is minutes old. */
export const listingQuery = (id: number) =>
  queryOptions({
    queryKey: ['listings', 'one', id],
    queryFn: () => ok(api.GET('/api/products/{id}/', { params: { path: { id } } })),
  });

export const stockQuery = (id: number, page: number) =>
  queryOptions({
    queryKey: ['listings', 'stock', id, page],
    queryFn: () =>
      ok(api.GET('/api/products/{id}/stock/', { params: { path: { id }, query: { page, page_size: 10 } } })),
  });

/** A page of one's sales. Under `orders`: a frame of the socket that speaks of an order makes them stale. */
export const salesQuery = (filter: SaleFilter) =>
  queryOptions({
    queryKey: ['orders', 'sales', filter],
    queryFn: ({ signal }) => ok(api.GET('/api/sales/', { params: { query: filter }, signal })),
    staleTime: 10_000,
  });

/** All sales that wait to be packed, the oldest first. */
export const toPackQuery = queryOptions({
  queryKey: ['orders', 'sales', 'to-pack'],
  queryFn: async ({ signal }) => {
    const sales = await Promise.all((['pending', 'confirmed'] as const).map(status => all(status, signal)));
    return sales.flat().sort((a, b) => a.order.created_at.localeCompare(b.order.created_at));
  },
  staleTime: 10_000,
});

async function all(status: string, signal: AbortSignal): Promise<Sale[]> {
  const sales: Sale[] = [];
  for (let page = 1; ; page++) {
    const answer = await ok(api.GET('/api/sales/', { params: { query: { status, page, page_size: 100 } }, signal }));
    sales.push(...answer.results);
    if (!answer.next) {
      return sales;
    }
  }
}

export const salesSummaryQuery = (period: Period) =>
  queryOptions({
    queryKey: ['orders', 'sales', 'summary', period],
    queryFn: () => ok(api.GET('/api/sales/summary/', { params: { query: period } })),
    staleTime: 60_000,
  });

/** An order as its farm or staff see it: a farm has its own lines alone. */
export const soldOrderQuery = (id: number, keepOffline: boolean) =>
  queryOptions({
    queryKey: ['order', id],
    queryFn: () => ok(api.GET('/api/orders/{id}/', { params: { path: { id } } })),
    meta: { keepOffline },
  });
