import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, asForm, ok } from './client';
import type { ChatImage, Message } from './types';

export type Messages = { results: Message[]; has_more: boolean };

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

/** The newest messages; the socket appends to them, `earlierMessages` puts older ones in front. */
export const messagesQuery = (id: number) =>
  queryOptions({
    queryKey: ['messages', id],
    queryFn: async ({ client, queryKey }): Promise<Messages> => {
      const page = await readMessages(id, {});
      // What the socket brought while this was on its way stays.
      const last = page.results.at(-1)?.seq ?? 0;
      const newer = client.getQueryData<Messages>(queryKey)?.results.filter(({ seq }) => seq > last) ?? [];
      return { ...page, results: [...page.results, ...newer] };
    },
  });

export const readMessages = (id: number, query: { before?: number }) =>
  ok(api.GET('/api/chat/conversations/{id}/messages/', { params: { path: { id }, query: { ...query, limit: 50 } } }));

export function uploadImage(image: File): Promise<ChatImage> {
  const body = new FormData();
  body.set('image', image);
  return ok(api.POST('/api/chat/images/', { body: body as never, ...asForm }));
}
