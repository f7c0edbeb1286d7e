import type { QueryClient } from '@tanstack/react-query';
import { messagesQuery, type Messages } from '../api/chat';
import type { Message } from '../api/types';

// A conversation in the cache is a run of messages without gaps in `seq`. What comes is put at its end when it is the next one;
// when one is missing, the rest is asked for.

/** Puts messages of one conversation into the cache. @returns The last `seq` that is there, when some are missing behind it. */
export function addMessages(client: QueryClient, conversation: number, messages: Message[]): number | null {
  const { queryKey } = messagesQuery(conversation);
  const kept = client.getQueryData(queryKey);
  if (!kept) {
    return null; // nobody looks at it; it is read when somebody does
  }

  let last = lastSeq(kept);
  const next = [...kept.results];
  for (const message of messages.toSorted((a, b) => a.seq - b.seq)) {
    if (message.seq > last + 1) {
      break;
    }

    if (message.seq === last + 1) {
      next.push(message);
      last = message.seq;
    }
  }

  client.setQueryData(queryKey, { ...kept, results: next });
  return messages.some(({ seq }) => seq > last) ? last : null;
}

export const lastSeq = ({ results }: Messages) => results.at(-1)?.seq ?? 0;
