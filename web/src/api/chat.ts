import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';

export const conversationsQuery = infiniteQueryOptions({
  queryKey: ['conversations'],
  queryFn: ({ pageParam }) => ok(api.GET('/api/chat/conversations/', { params: { query: { page: pageParam } } })),
  initialPageParam: 1,
  getNextPageParam: (last, _, page) => (last.next ? page + 1 : undefined),
  staleTime: 30_000,
});

export const conversationQuery = (id: number) =>
  queryOptions({
    queryKey: ['conversation', id],
    queryFn: () => ok(api.GET('/api/chat/conversations/{id}/', { params: { path: { id } } })),
  });
