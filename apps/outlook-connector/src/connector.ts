import {
  type Connector,
  ConnectorError,
  type Login,
  type Offer,
  type Session,
  type SessionContext,
} from "@ams-sync/connector-kit";
import type { Observe } from "@ams-sync/connector-kit/http";
import { type Egress, guardedAgent } from "@ams-sync/platform/egress";
import { STREAM_KINDS } from "@ams-sync/sync-core";
import type { Dispatcher } from "undici";
import { type EventWindow, USUAL_WINDOW } from "./changes/event-feed.js";
import { Folders } from "./folders.js";
import { GraphClient } from "./graph/client.js";
import { type Cloud, GLOBAL_CLOUD } from "./graph/cloud.js";
import { parseCredential } from "./graph/credential.js";
import { EXCHANGE_LIMITS } from "./graph/mailbox-gate.js";
import { MailboxGates } from "./graph/mailbox-gates.js";
import { Tokens } from "./graph/tokens.js";
import { Transport } from "./graph/transport.js";
import { OutlookSession, type WatchedBy } from "./session.js";

export interface OutlookConnectorOptions {
  /** The longest that one request, or one write with what it asks before, may take. */
  readonly requestTimeoutMs: number;
  /** Where requests may go. */
  readonly egress: Egress;
  /** Default: Microsoft's global one. */
  readonly cloud?: Cloud;
  /** At once for each mailbox; default: what Exchange allows. */
  readonly concurrent?: number;
  readonly window?: EventWindow;
  readonly observe?: Observe;
  /** Missing: Graph cannot call, and changes there are noticed by polling. */
  readonly watchedBy?: WatchedBy;
  /** PEM; default: the authorities that Node knows. */
  readonly ca?: string;
}

const MAX_BODY_BYTES = 64 * 2 ** 20;

/** Contacts and appointments of Microsoft 365. One for the process: tokens and what mailboxes allow outlive runs. */
export class OutlookConnector implements Connector {
  readonly system = "outlook";
  /** R23, R46, R47: both come in. */
  readonly inward = ["contacts", "appointments"] as const;
  readonly appointmentsNameCustomers = true;
  readonly #agent: Dispatcher;
  readonly #transport: Transport;
  readonly #cloud: Cloud;
  readonly #tokens: Tokens;
  readonly #gates: MailboxGates;

  constructor(private readonly options: OutlookConnectorOptions) {
    const { egress, requestTimeoutMs, cloud, concurrent, observe } = options;
    this.#cloud = cloud ?? GLOBAL_CLOUD;
    this.#agent = guardedAgent(egress, {
      allowH2: false,
      ...(options.ca !== undefined && { ca: options.ca }),
    });
    this.#transport = new Transport({
      ...{ agent: this.#agent, timeoutMs: requestTimeoutMs, observe },
      maxBodyBytes: MAX_BODY_BYTES,
    });
    const now = Date.now;
    this.#tokens = new Tokens(this.#cloud, this.#transport, now);
    this.#gates = new MailboxGates(now, {
      ...EXCHANGE_LIMITS,
      ...(concurrent !== undefined && { concurrent }),
    });
  }

  get requestTimeoutMs(): number {
    return this.options.requestTimeoutMs;
  }

  async open(login: Login, context: SessionContext): Promise<Session> {
    const client = await this.#client(login, context);
    return new OutlookSession(
      client,
      context,
      this.options.window ?? USUAL_WINDOW,
      this.options.watchedBy,
    );
  }

  async tryLogin(
    login: Login,
    context: SessionContext,
  ): Promise<readonly Offer[]> {
    const folders = new Folders(await this.#client(login, context));
    return Promise.all(
      STREAM_KINDS.map(async (stream) => ({
        stream,
        containers: await folders.offers(stream),
      })),
    );
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  /** With a token: a login that is refused is known before anything is asked. */
  async #client(
    { username, password }: Login,
    { signal, now, renewed }: SessionContext,
  ): Promise<GraphClient> {
    const credential = parseCredential(password);
    const mailbox = username.trim();
    if (!/^[^\s@/]+@[^\s@/]+$/.test(mailbox))
      throw new ConnectorError(
        "auth",
        "The user name is the mailbox's address, for example anna@example.com; enter it so.",
        { refused: "mailbox" },
      );
    await this.#tokens.get(credential, signal);
    const renewal = renewed && this.#tokens.renewal(credential);
    if (renewal) await renewed(JSON.stringify(renewal));
    return new GraphClient({
      ...{ credential, mailbox, signal, now },
      ...{ cloud: this.#cloud, transport: this.#transport },
      tokens: this.#tokens,
      gate: this.#gates.of(credential.tenant, mailbox),
    });
  }
}
