// A client of the AgroConnect chat without any dependency: for browsers, Deno, Bun and Node 22 or later (docs/chat.md).
// It comes back with growing pauses, asks for what it missed, sends again what was not acknowledged, and shows each message once, in order.

export type Message = { id: number; conversation: number; seq: number; sender: number; client_id: string; text: string; images: unknown[] };
type Frame = { type: string; [field: string]: any };

export class Chat {
  private socket?: WebSocket;
  private pause = 500;
  private heardAt = 0;
  private readonly shown = new Map<number, number>(); // conversation → seq of the last message that was shown
  private readonly unacknowledged = new Map<string, Frame>(); // by client_id, in the order of sending

  /** `token` gives a fresh access token, `onMessage` gets each message, one's own too, `onOther` all other frames. */
  constructor(private readonly url: string, private readonly token: () => Promise<string>,
              private readonly onMessage: (message: Message) => void, private readonly onOther: (frame: Frame) => void = () => {}) {
    setInterval(() => Date.now() - this.heardAt > 45_000 ? this.socket?.close() : this.put({ type: "ping" }), 15_000);
    void this.connect();
  }

  /** Shows a conversation from the message after `after` on: the last one that is shown already, 0 for all. */
  follow(conversation: number, after: number) { this.shown.set(conversation, after); this.sync(conversation); }

  /** Sends a text; it is shown when it is stored. */
  send(conversation: number, text: string) {
    const frame = { type: "message.send", conversation, client_id: crypto.randomUUID(), text };
    this.unacknowledged.set(frame.client_id, frame);
    this.put(frame);
  }

  private async connect() {
    const socket = this.socket = new WebSocket(this.url, ["agroconnect.v1", "bearer." + await this.token()]);
    this.heardAt = Date.now();
    socket.onmessage = event => { this.heardAt = Date.now(); this.take(JSON.parse(event.data)); };
    socket.onerror = () => {}; // a close follows
    socket.onclose = event => {
      if (event.code === 4403 || event.code === 4404) return; // to stay away; with all else, another line may do
      setTimeout(() => void this.connect(), this.pause * (0.5 + Math.random()));
      this.pause = Math.min(this.pause * 2, 30_000);
    };
  }

  private take(frame: Frame) {
    if (frame.type === "ready") { // connected: catch up, then send what no acknowledgement came for
      this.pause = 500;
      for (const conversation of this.shown.keys()) this.sync(conversation);
      for (const unsent of this.unacknowledged.values()) this.put(unsent);
    }
    if (frame.type === "message.ack") this.unacknowledged.delete(frame.client_id);
    if (frame.type === "message.ack" || frame.type === "message.new") return this.show(frame.message);
    if (frame.type === "message.batch") {
      frame.messages.forEach((message: Message) => this.show(message));
      return frame.has_more ? this.sync(frame.conversation) : undefined;
    }
    if (frame.type === "error" && ["throttled", "unavailable"].includes(frame.code)) this.socket!.close(); // again, after a pause
    else if (frame.type === "error") this.unacknowledged.delete(frame.client_id);
    this.onOther(frame);
  }

  private show(message: Message) {
    const last = this.shown.get(message.conversation) ?? message.seq - 1;
    if (message.seq > last + 1) return this.sync(message.conversation); // one is missing: the batch brings this one again
    if (message.seq <= last) return;
    this.shown.set(message.conversation, message.seq);
    this.onMessage(message);
  }

  private sync(conversation: number) { this.put({ type: "sync", conversation, after: this.shown.get(conversation) }); }

  private put(frame: Frame) { if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame)); }
}
