import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, ok } from './client';

/** Name, currency, ways to pay and to sign in of this market. */
export const siteQuery = queryOptions({
  queryKey: ['site'],
  queryFn: () => ok(api.GET('/api/site/')),
  staleTime: 60 * 60_000,
});

export const useSite = () => useQuery(siteQuery).data;
