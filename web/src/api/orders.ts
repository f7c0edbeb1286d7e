import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';
import type { Order } from './types';

export const ordersQuery = infiniteQueryOptions({
  queryKey: ['orders'],
  queryFn: ({ pageParam }) => ok(api.GET('/api/orders/', { params: { query: { page: pageParam } } })),
  initialPageParam: 1,
  getNextPageParam: (last, _, page) => (last.next ? page + 1 : undefined),
  staleTime: 15_000,
});

export const orderQuery = (id: number) =>
  queryOptions({
    queryKey: ['order', id],
    queryFn: () => ok(api.GET('/api/orders/{id}/', { params: { path: { id } } })),
    staleTime: 15_000,
  });

/** Whether the buyer has yet to pay by card, or to try again: no farm confirms an order before that. */
export function awaitsCard({ payment, fulfilments }: Order) {
  const live = fulfilments.filter(part => part.status !== 'cancelled');
  return (
    payment.method === 'stripe' &&
    ['unpaid', 'failed'].includes(payment.status) &&
    live.length > 0 &&
    live.every(part => part.status === 'pending')
  );
}

/** Has the server look at what Stripe knows of an order, and open its payment where that is missing. */
export const openPayment = (id: number) => ok(api.POST('/api/orders/{id}/payment/', { params: { path: { id } } }));
