import type { LogEntry } from '../documents/log';
import type { Rates } from '../documents/rates';
import type { Status } from '../documents/status';
import { backoff_ms } from './backoff';

export interface StreamListener {
  live(): void;
  status(status: Status): void;
  log(entry: LogEntry): void;
  rates(rates: Rates): void;
  /** The next attempt is at `retry_at_ms`. */
  lost(retry_at_ms: number): void;
}

/** A status comes at least every 5 s: silence for longer is a loss, even where the connection looks open. */
const silence_ms = 9000;

/**
 * The event stream. It reconnects by itself, for ever, each time a little later, and goes on in the log where it was. EventSource's
 * own reconnection gives up at the first answer that is no stream, so each connection is a new one.
 */
export class Stream {
  private source: EventSource | null = null;
  private attempts = 0;
  private last_seq: string | null = null;
  private retry_timer = 0;
  private silence_timer = 0;
  private readonly retry_now = (): void => {
    if (this.source === null) this.open();
  };

  constructor(private readonly listener: StreamListener) {
    addEventListener('online', this.retry_now);
    this.open();
  }

  close(): void {
    removeEventListener('online', this.retry_now);
    this.drop();
    clearTimeout(this.retry_timer);
  }

  private open(): void {
    clearTimeout(this.retry_timer);
    const source = new EventSource(this.last_seq === null ? '/v1/stream' : `/v1/stream?after=${this.last_seq}`);
    this.source = source;
    this.expect_more();
    this.on('status', (event) => {
      this.attempts = 0;
      this.listener.live();
      this.listener.status(JSON.parse(event.data) as Status);
    });
    this.on('rates', (event) => this.listener.rates(JSON.parse(event.data) as Rates));
    this.on('log', (event) => {
      if (event.lastEventId) this.last_seq = event.lastEventId;
      this.listener.log(JSON.parse(event.data) as LogEntry);
    });
    source.onerror = () => this.after_loss();
  }

  private on(name: string, handle: (event: MessageEvent<string>) => void): void {
    this.source?.addEventListener(name, (event) => {
      this.expect_more();
      handle(event as MessageEvent<string>);
    });
  }

  private expect_more(): void {
    clearTimeout(this.silence_timer);
    this.silence_timer = window.setTimeout(() => this.after_loss(), silence_ms);
  }

  private after_loss(): void {
    this.drop();
    this.attempts += 1;
    const wait_ms = backoff_ms(this.attempts, Math.random());
    this.retry_timer = window.setTimeout(() => this.open(), wait_ms);
    this.listener.lost(Date.now() + wait_ms);
  }

  private drop(): void {
    this.source?.close();
    this.source = null;
    clearTimeout(this.silence_timer);
  }
}
