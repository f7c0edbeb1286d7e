import { queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';

export const cartQuery = queryOptions({
  queryKey: ['cart'],
  queryFn: () => ok(api.GET('/api/orders/cart/')),
  staleTime: 15_000,
});
