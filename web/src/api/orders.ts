import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';

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
