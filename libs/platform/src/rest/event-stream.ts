import { Readable } from "node:stream";
import type { z } from "zod";

/** One server-sent event; `undefined` is a heartbeat. */
export type StreamedEvent =
  { readonly event: string; readonly data: unknown } | undefined;

/** Who reads no faster than this gets nothing more: the newest state comes with the next connection. */
const UNREAD_MAX = 256 * 1024;
/** Milliseconds until a browser connects again by itself. */
const RETRY = 3_000;

/** An answer that lasts: server-sent events (HTML Living Standard 9.2) until either side ends it. */
export class EventStream {
  #readable: Readable | undefined;
  #schemas: Readonly<Record<string, z.ZodType>> = {};

  /**
   * @param listening begins to send when somebody reads; what it returns is called once, when nobody does any more
   */
  constructor(
    private readonly listening: (stream: EventStream) => () => void,
  ) {}

  /** Sends what the event's schema names. */
  send(event: StreamedEvent): void {
    const stream = this.#readable;
    if (stream === undefined || stream.destroyed || stream.readableEnded)
      return;
    if (stream.readableLength > UNREAD_MAX) stream.destroy();
    else if (event === undefined) stream.push(":\n\n");
    else {
      const data = JSON.stringify(
        this.#schemas[event.event]?.parse(event.data) ?? null,
      );
      stream.push(`event: ${event.event}\ndata: ${data}\n\n`);
    }
  }

  /** The caller hears the end and connects again. */
  end(): void {
    if (this.#readable?.destroyed === false) this.#readable.push(null);
  }

  readable(schemas: Readonly<Record<string, z.ZodType>>): Readable {
    this.#schemas = schemas;
    let stop: (() => void) | undefined;
    const readable = new Readable({
      read: () => undefined,
      destroy: (error, done) => {
        stop?.();
        stop = undefined;
        done(error);
      },
    });
    this.#readable = readable;
    readable.push(`retry: ${RETRY}\n\n`);
    stop = this.listening(this);
    return readable;
  }
}
