import type { Message } from '../api/types';

/** What the server sends over `/ws/chat/` (described at `/asyncapi/v1.json`). */
export type Frame =
  | { type: 'ready'; user: number; unread: Record<string, number>; server_time: string; expires_at: string }
  | { type: 'message.ack'; client_id: string; message: Message }
  | { type: 'message.new'; message: Message }
  | { type: 'message.batch'; conversation: number; messages: Message[]; has_more: boolean }
  | { type: 'typing'; conversation: number; user: number; active: boolean }
  | { type: 'read'; conversation: number; user: number; up_to: number }
  | { type: 'presence'; user: number; online: boolean; last_seen: string | null }
  | { type: 'order.updated'; order: { id: number; number: string; status: string } }
  | { type: 'error'; code: string; detail: string; client_id?: string }
  | { type: 'auth.expiring' }
  | { type: 'auth.ok'; expires_at: string }
  | { type: 'pong' };

/** What we send. */
export type Sent =
  | { type: 'message.send'; conversation: number; client_id: string; text: string; images: number[] }
  | { type: 'typing'; conversation: number; active: boolean }
  | { type: 'read'; conversation: number; up_to: number }
  | { type: 'sync'; conversation: number; after: number }
  | { type: 'presence.watch'; users: number[] }
  | { type: 'auth'; token: string }
  | { type: 'ping' };
