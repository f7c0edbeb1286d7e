// A client of the AgroConnect chat without any dependency: for browsers, Deno, Bun and Node 22 or later (docs/chat.md).
// It comes back with growing pauses, asks for what it missed, sends again what was not acknowledged, and shows each message once, in order.

export type Message = { id: number; conversation: number; seq: number; sender: number; client_id: string; text: string; images: unknown[]; created_at: string };
type Frame = { type: string; [field: string]: any };

export class Chat {
  private socket?: WebSocket;
  private pause = 500;
  private stopped = false;
  private heardAt = 0;
  private readonly shown = new Map<number, number>(); // conversation → seq of the last message shown
  private readonly heard = new Map<number, number>(); // conversation → greatest seq heard of
  private readonly syncing = new Set<number>();
  private readonly unacknowledged = new Map<string, Frame>(); // by client_id, in the order of sending

  /** @param url such as wss://market.example/ws/chat/  @param token gives a fresh access token
   *  @param onMessage gets each message, one's own too  @param onOther gets all other frames: typing, read, presence, error … */
  constructor(private readonly url: string, private readonly token: () => Promise<string>,
              private readonly onMessage: (message: Message) => void, private readonly onOther: (frame: Frame) => void = () => {}) {
    setInterval(() => Date.now() - this.heardAt > 45_000 ? this.socket?.close() : this.put({ type: "ping" }), 15_000);
    void this.connect();
  }

  /** Shows a conversation from the message after `after` on: the last one that is shown already, 0 for all. */
  follow(conversation: number, after: number) { this.shown.set(conversation, after); this.sync(conversation); }

  /** Sends a text; it is shown when it is stored. */
  send(conversation: number, text: string, images: number[] = []) {
    const frame = { type: "message.send", conversation, client_id: crypto.randomUUID(), text, images };
    this.unacknowledged.set(frame.client_id, frame);
    this.put(frame);
  }

  stop() { this.stopped = true; this.socket?.close(); }

  private async connect() {
    const socket = new WebSocket(this.url, ["agroconnect.v1", "bearer." + await this.token()]);
    socket.onmessage = event => { this.heardAt = Date.now(); void this.take(JSON.parse(event.data)); };
    socket.onerror = () => {}; // a close follows
    socket.onclose = event => {
      if (this.stopped || event.code === 4403 || event.code === 4404) return;
      setTimeout(() => void this.connect(), this.pause * (0.5 + Math.random()));
      this.pause = Math.min(this.pause * 2, 30_000);
    };
    [this.socket, this.heardAt] = [socket, Date.now()];
  }

  private async take(frame: Frame) {
    switch (frame.type) {
      case "ready": // connected: catch up, then send what no acknowledgement came for
        this.pause = 500;
        this.syncing.clear();
        for (const conversation of this.shown.keys()) this.sync(conversation);
        for (const unsent of this.unacknowledged.values()) this.put(unsent);
        return this.onOther(frame);
      case "message.ack": this.unacknowledged.delete(frame.client_id); return this.show(frame.message);
      case "message.new": return this.show(frame.message);
      case "message.batch":
        this.syncing.delete(frame.conversation);
        frame.messages.forEach((message: Message) => this.show(message));
        if (frame.has_more || this.heard.get(frame.conversation)! > this.shown.get(frame.conversation)!) this.sync(frame.conversation);
        return;
      case "auth.expiring": return this.put({ type: "auth", token: await this.token() });
      case "error": // what may work later is tried again
        if (frame.client_id && ["throttled", "unavailable"].includes(frame.code)) setTimeout(() => this.put(this.unacknowledged.get(frame.client_id)), 2_000);
        else this.unacknowledged.delete(frame.client_id);
    }
    this.onOther(frame);
  }

  private show(message: Message) {
    const { conversation, seq } = message;
    const last = this.shown.get(conversation) ?? seq - 1;
    this.heard.set(conversation, Math.max(seq, this.heard.get(conversation) ?? 0));
    if (seq > last + 1) return this.sync(conversation); // one is missing: the batch brings this one again
    this.shown.set(conversation, Math.max(seq, last));
    if (seq === last + 1) this.onMessage(message);
  }

  private sync(conversation: number) {
    if (!this.syncing.has(conversation) && this.put({ type: "sync", conversation, after: this.shown.get(conversation) })) this.syncing.add(conversation);
  }

  private put(frame?: Frame): boolean {
    const isOpen = this.socket?.readyState === WebSocket.OPEN;
    if (frame && isOpen) this.socket!.send(JSON.stringify(frame));
    return isOpen;
  }
}
