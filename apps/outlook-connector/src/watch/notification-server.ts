import { faultOf, type Heard, type Log } from "@ams-sync/connector-kit";
import { bareHttp } from "@ams-sync/platform";
import type { Addresses, Addressee } from "./address.js";
import { Hearing } from "./hearing.js";
import { notifications, stopsTelling } from "./notification.js";

export interface NotificationServerParts {
  readonly addresses: Addresses;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Makes the account due; throws where state cannot be told. */
  readonly hear: (heard: Heard) => Promise<void>;
  readonly log: Log;
  /** Epoch ms. */
  readonly now: () => number;
}

const LIMITS = { bodyBytes: 512 * 1024, requestMs: 5_000, connections: 1_000 };
/** Of all senders together: an ingress stands before it, so that nobody can be told from others. */
const MOST_IN_A_SECOND = 500;
/** Graph's are far shorter. */
const LONGEST_TOKEN = 2_000;

/**
 * What Graph calls, and with it the whole internet: the handshake of a new subscription, and notifications. Each only makes
 * an account due; whoever has no secret of ours is refused, and learns nothing.
 */
export class NotificationServer {
  readonly #server = bareHttp(LIMITS);
  readonly #hearing: Hearing;
  #second = 0;
  #inSecond = 0;

  private constructor(private readonly parts: NotificationServerParts) {
    this.#hearing = new Hearing(parts.hear);
    // Before anything of the body is read: else refusing would cost as much as taking.
    this.#server.addHook("onRequest", async (_, reply) => {
      if (this.#isTooMuch())
        return reply.header("retry-after", "1").code(429).send("");
    });
    this.#server.post<{ Querystring: { validationToken?: unknown } }>(
      "/*",
      async ({ url, query, body }, reply) => {
        const { validationToken } = query;
        if (validationToken === undefined) {
          void reply.code(await this.#take(url, body));
          return "";
        }
        const told =
          typeof validationToken === "string" &&
          validationToken.length <= LONGEST_TOKEN;
        // As plain text, whatever stands in it: a browser must take it for nothing else.
        void reply
          .code(told ? 200 : 400)
          .type("text/plain; charset=utf-8")
          .header("x-content-type-options", "nosniff");
        return told ? validationToken : "";
      },
    );
  }

  static async listen(
    parts: NotificationServerParts,
  ): Promise<NotificationServer> {
    const made = new NotificationServer(parts);
    await made.#server.listen({ host: parts.host, port: parts.port });
    return made;
  }

  get port(): number {
    const address = this.#server.server.address();
    return typeof address === "object" ? (address?.port ?? 0) : 0;
  }

  async close(): Promise<void> {
    await this.#server.close();
  }

  /** @returns the status; with 503 Graph tells again */
  async #take(url: string, body: unknown): Promise<number> {
    const told = this.parts.addresses.read(url);
    const read = notifications.safeParse(body);
    if (!read.success) return 400;
    const { value } = read.data;
    if (value.length === 0) return 202;
    const right = value.filter(
      ({ clientState }) => told?.opensWith(clientState) === true,
    );
    if (told === undefined || right.length === 0) return 403;
    const unwatched = right.some((one) => stopsTelling(one.lifecycleEvent));
    return this.#tell(told.addressee, unwatched);
  }

  async #tell(addressee: Addressee, unwatched: boolean): Promise<number> {
    try {
      await this.#hearing.hear({ ...addressee, unwatched });
      return 202;
    } catch (error) {
      this.parts.log.warn(
        { ...addressee, fault: faultOf(error) },
        "state could not be told of a change; Microsoft 365 tells again, and the account is polled",
      );
      return 503;
    }
  }

  #isTooMuch(): boolean {
    const second = Math.floor(this.parts.now() / 1_000);
    if (second !== this.#second) this.#inSecond = 0;
    this.#second = second;
    this.#inSecond += 1;
    return this.#inSecond > MOST_IN_A_SECOND;
  }
}
