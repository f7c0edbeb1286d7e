import { queryOptions } from '@tanstack/react-query';
import { api, authorised, ok } from './client';
import { ApiError, NetworkError } from './errors';
import type { Answer } from './types';

export const questionsQuery = queryOptions({
  queryKey: ['questions'],
  queryFn: () => ok(api.GET('/api/chatbot/conversations/')),
});

export const questionQuery = (id: number) =>
  queryOptions({
    queryKey: ['question', id],
    queryFn: () => ok(api.GET('/api/chatbot/conversations/{id}/', { params: { path: { id } } })),
    staleTime: Infinity,
  });

export const articleQuery = (id: string) =>
  queryOptions({
    queryKey: ['article', id],
    queryFn: () => ok(api.GET('/api/knowledge/{id}/', { params: { path: { id } } })),
    staleTime: 60 * 60_000,
  });

/**
 * Asks the assistant, and tells its answer as it is written.
 * @param onText Gets the whole text so far.
 * @returns The finished answer, whose text may differ from what was told.
 */
export async function ask(
  question: { message: string; conversation: number | null; image?: File },
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<Answer> {
  const body = new FormData();
  body.set('message', question.message);
  if (question.conversation !== null) {
    body.set('conversation_id', String(question.conversation));
  }

  if (question.image) {
    body.set('image', question.image);
  }

  const url = new URL('/api/chatbot/', window.location.origin);
  const answer = await authorised(
    new Request(url, { method: 'POST', headers: { Accept: 'text/event-stream' }, body, signal }),
  );
  if (!answer.ok || !answer.body) {
    throw new ApiError(answer.status, await answer.json().catch(() => null));
  }

  let text = '';
  for await (const { event, data } of events(answer.body)) {
    if (event === 'delta') {
      text += (data as { text: string }).text;
      onText(text);
    } else if (event === 'done') {
      return data as Answer;
    } else {
      throw new ApiError(503, data);
    }
  }

  throw new NetworkError('The answer broke off.');
}

/** Server-sent events of a stream: `event:` and `data:` lines, a blank line after each. */
async function* events(body: ReadableStream<Uint8Array>) {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const blocks = (rest + part.value).split(/\r?\n\r?\n/);
    rest = blocks.pop()!;
    for (const block of blocks) {
      const lines = block.split(/\r?\n/);
      const event =
        lines
          .find(line => line.startsWith('event:'))
          ?.slice(6)
          .trim() ?? 'message';
      const data = lines
        .filter(line => line.startsWith('data:'))
        .map(line => line.slice(5).trimStart())
        .join('\n');
      if (data) {
        yield { event, data: JSON.parse(data) as unknown };
      }
    }
  }
}
