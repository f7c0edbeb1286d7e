import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { conversationQuery, conversationsQuery, messagesQuery, type Messages } from '../api/chat';
import { orderQuery } from '../api/orders';
import { isSignedIn, subscribe } from '../api/session';
import type { Conversation } from '../api/types';
import { say } from '../design/toasts';
import { sendCart } from '../offline/cartQueue';
import { dropMessage, keepMessage, unsentMessages } from '../offline/messageQueue';
import type { Frame, Sent } from './frames';
import { addMessages, lastSeq } from './messages';
import { setPresence, setTyping } from './presence';
import { LiveSocket } from './socket';

let socket: LiveSocket | null = null;
let me = 0;
let watched: number[] = [];
const unsaidReads = new Map<number, number>();

/** Sends a frame when there is a line; what must not be lost is kept and sent again after `ready`. */
export const put = (frame: Sent) => socket?.put(frame) ?? false;

/** Writes a message: kept until it is acknowledged, sent now when there is a line. */
export async function writeMessage(conversation: number, text: string, images: number[]) {
  const message = { conversation, client_id: crypto.randomUUID(), text, images, at: new Date().toISOString() };
  await keepMessage(message);
  put({ type: 'message.send', conversation, client_id: message.client_id, text, images });
}

/** Says that one has read up to here; without a line, as soon as there is one. */
export function markRead(conversation: number, upTo: number) {
  if (put({ type: 'read', conversation, up_to: upTo })) {
    unsaidReads.delete(conversation);
  } else {
    unsaidReads.set(conversation, upTo);
  }
}

/** Tells when these people come and go, also after the line broke. */
export function watchPresence(users: number[]) {
  watched = users;
  put({ type: 'presence.watch', users });
}

/** The socket lives as long as somebody is signed in. */
export function startLive(client: QueryClient) {
  const follow = () => {
    if (isSignedIn() && !socket) {
      socket = new LiveSocket(frame => void take(client, frame));
    } else if (!isSignedIn()) {
      socket?.stop();
      socket = null;
    }
  };
  follow();
  subscribe(follow);
  const sendWaiting = () => void sendCart(client).catch(() => undefined);
  sendWaiting();
  window.addEventListener('online', sendWaiting);
}

async function take(client: QueryClient, frame: Frame) {
  switch (frame.type) {
    case 'ready':
      me = frame.user;
      await catchUp(client);
      break;
    case 'message.ack':
    case 'message.new': {
      const { message } = frame;
      const after = addMessages(client, message.conversation, [message]);
      if (after !== null) {
        put({ type: 'sync', conversation: message.conversation, after });
      }

      if (message.sender === me) {
        await dropMessage(message.client_id);
      } else {
        setTyping(message.conversation, message.sender, false);
      }

      change(client, message.conversation, conversation => ({
        ...conversation,
        last_message: message,
        updated_at: message.created_at,
        unread_count: message.sender === me ? 0 : conversation.unread_count + 1,
      }));
      break;
    }

    case 'message.batch': {
      const missing = addMessages(client, frame.conversation, frame.messages);
      const kept = client.getQueryData(messagesQuery(frame.conversation).queryKey);
      if (kept && (frame.has_more || missing !== null)) {
        put({ type: 'sync', conversation: frame.conversation, after: lastSeq(kept) });
      }

      break;
    }

    case 'read':
      change(client, frame.conversation, conversation => ({
        ...conversation,
        read_up_to: { ...conversation.read_up_to, [frame.user]: frame.up_to },
        unread_count:
          frame.user === me
            ? Math.max(0, (conversation.last_message?.seq ?? 0) - frame.up_to)
            : conversation.unread_count,
      }));
      break;
    case 'typing':
      setTyping(frame.conversation, frame.user, frame.active);
      break;
    case 'presence':
      setPresence(frame.user, frame);
      break;
    case 'order.updated':
      // Its payment may have changed alone.
      if (client.getQueryData(orderQuery(frame.order.id).queryKey)?.status !== frame.order.status) {
        say(
          i18next.t('orders.changed', {
            number: frame.order.number,
            status: i18next.t(`status.${frame.order.status}` as 'status.pending'),
          }),
          {
            link: { to: `/orders/${frame.order.id}`, text: i18next.t('orders.look') },
          },
        );
      }

      await Promise.all(
        [['orders'], ['sales'], orderQuery(frame.order.id).queryKey].map(queryKey =>
          client.invalidateQueries({ queryKey }),
        ),
      );
      break;
    case 'error':
      await refused(frame);
  }
}

/** After each connection: what was missed, and what no acknowledgement came for. */
async function catchUp(client: QueryClient) {
  for (const [[, conversation], kept] of client.getQueriesData<Messages>({ queryKey: ['messages'] })) {
    if (kept) {
      put({ type: 'sync', conversation: conversation as number, after: lastSeq(kept) });
    }
  }

  for (const { conversation, client_id, text, images } of await unsentMessages()) {
    put({ type: 'message.send', conversation, client_id, text, images });
  }

  unsaidReads.forEach((upTo, conversation) => markRead(conversation, upTo));
  if (watched.length > 0) {
    put({ type: 'presence.watch', users: watched });
  }

  await client.invalidateQueries({ queryKey: conversationsQuery.queryKey });
}

async function refused({ code, client_id, detail }: Extract<Frame, { type: 'error' }>) {
  if (!client_id) {
    return;
  }

  if (code === 'throttled' || code === 'unavailable') {
    const again = (await unsentMessages()).find(message => message.client_id === client_id);
    if (again) {
      const { conversation, text, images } = again;
      setTimeout(() => put({ type: 'message.send', conversation, client_id, text, images }), 2_000);
    }
  } else {
    await dropMessage(client_id);
    say(code === 'blocked' ? i18next.t('error.blocked') : detail, { kind: 'failed' });
  }
}

function change(client: QueryClient, id: number, to: (conversation: Conversation) => Conversation) {
  client.setQueryData(conversationQuery(id).queryKey, conversation => conversation && to(conversation));
  const known = client
    .getQueryData<InfiniteData<{ results: Conversation[] }>>(conversationsQuery.queryKey)
    ?.pages.some(page => page.results.some(conversation => conversation.id === id));
  if (!known) {
    void client.invalidateQueries({ queryKey: conversationsQuery.queryKey });
    return;
  }

  client.setQueryData(
    conversationsQuery.queryKey,
    pages =>
      pages && {
        ...pages,
        pages: pages.pages.map(page => ({
          ...page,
          results: page.results
            .map(conversation => (conversation.id === id ? to(conversation) : conversation))
            .toSorted((a, b) => b.updated_at.localeCompare(a.updated_at)),
        })),
      },
  );
}
