import { accessToken, replaceToken } from '../api/session';
import type { Frame, Sent } from './frames';

/**
 * The socket of this tab: it comes back with growing pauses, at once when the network does, and renews its token before it runs out.
 * Frames that can't be sent are dropped: whoever needs them sends them after `ready`.
 */
export class LiveSocket {
  private socket: WebSocket | null = null;
  private pause = 500;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private heardAt = 0;
  private stopped = false;
  private readonly pulse: ReturnType<typeof setInterval>;

  constructor(private readonly onFrame: (frame: Frame) => void) {
    // Half-open lines tell nobody: what has not been heard of for 45 s is closed.
    this.pulse = setInterval(
      () => (Date.now() - this.heardAt > 45_000 ? this.socket?.close() : this.put({ type: 'ping' })),
      15_000,
    );
    window.addEventListener('online', this.connectNow);
    void this.connect();
  }

  /** @returns Whether there was a line to send it on. */
  put(frame: Sent): boolean {
    const open = this.socket?.readyState === WebSocket.OPEN;
    if (open) {
      this.socket!.send(JSON.stringify(frame));
    }

    return open;
  }

  stop() {
    this.stopped = true;
    clearInterval(this.pulse);
    clearTimeout(this.timer);
    window.removeEventListener('online', this.connectNow);
    this.socket?.close();
  }

  private readonly connectNow = () => {
    this.pause = 500;
    if (!this.socket) {
      clearTimeout(this.timer);
      void this.connect();
    }
  };

  private async connect() {
    const token = await accessToken().catch(() => undefined);
    if (token === null || this.stopped || this.socket) {
      return;
    }

    if (token === undefined) {
      this.later();
      return;
    }

    const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${window.location.host}/ws/chat/`, ['agroconnect.v1', `bearer.${token}`]);
    socket.addEventListener('message', event => this.take(JSON.parse(String(event.data)) as Frame));
    socket.addEventListener('close', event => {
      this.socket = null;
      if (this.stopped || event.code === 4403) {
        return;
      }

      if (event.code === 4401) {
        void replaceToken(token).catch(() => undefined);
      }

      this.later();
    });
    this.socket = socket;
    this.heardAt = Date.now();
  }

  private take(frame: Frame) {
    this.heardAt = Date.now();
    if (frame.type === 'ready') {
      this.pause = 500;
    } else if (frame.type === 'auth.expiring') {
      void accessToken(120_000).then(token => token && this.put({ type: 'auth', token }));
    }

    this.onFrame(frame);
  }

  private later() {
    this.timer = setTimeout(() => void this.connect(), this.pause * (0.5 + Math.random()));
    this.pause = Math.min(this.pause * 2, 30_000);
  }
}
