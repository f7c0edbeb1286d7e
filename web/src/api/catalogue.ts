import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';
import type { paths } from './schema';

export type ProductFilter = NonNullable<paths['/api/products/']['get']['parameters']['query']>;

/** Products that fit a filter, page after page. */
export const productsQuery = (filter: ProductFilter) =>
  infiniteQueryOptions({
    queryKey: ['products', filter],
    queryFn: ({ pageParam, signal }) =>
      ok(api.GET('/api/products/', { params: { query: { ...filter, page: pageParam } }, signal })),
    initialPageParam: 1,
    getNextPageParam: (last, _, page) => (last.next ? page + 1 : undefined),
    staleTime: 30_000,
  });

/** The first few products that fit a filter. */
export const fewProductsQuery = (filter: ProductFilter) =>
  queryOptions({
    queryKey: ['products', 'few', filter],
    queryFn: ({ signal }) => ok(api.GET('/api/products/', { params: { query: filter }, signal })),
    staleTime: 60_000,
  });

export const productQuery = (id: number) =>
  queryOptions({
    queryKey: ['product', id],
    queryFn: () => ok(api.GET('/api/products/{id}/', { params: { path: { id } } })),
    staleTime: 30_000,
  });

export const categoriesQuery = queryOptions({
  queryKey: ['categories'],
  queryFn: () => ok(api.GET('/api/categories/')),
  staleTime: 10 * 60_000,
});

export const suggestionsQuery = (q: string) =>
  queryOptions({
    queryKey: ['suggestions', q],
    queryFn: ({ signal }) => ok(api.GET('/api/products/suggest/', { params: { query: { q } }, signal })),
    enabled: q.length > 1,
    staleTime: 60_000,
    meta: { keepOffline: false },
  });

export const sellerQuery = (id: number) =>
  queryOptions({
    queryKey: ['seller', id],
    queryFn: () => ok(api.GET('/api/users/{id}/', { params: { path: { id } } })),
    staleTime: 60_000,
  });

export const reviewsQuery = (id: number) =>
  infiniteQueryOptions({
    queryKey: ['reviews', id],
    queryFn: ({ pageParam }) =>
      ok(api.GET('/api/products/{id}/reviews/', { params: { path: { id }, query: { page: pageParam } } })),
    initialPageParam: 1,
    getNextPageParam: (last, _, page) => (last.next ? page + 1 : undefined),
  });
