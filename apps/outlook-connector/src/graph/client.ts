import { ConnectorError } from "@ams-sync/connector-kit";
import { type Answer, isOk } from "./answer.js";
import type { Ask } from "./ask.js";
import { Batcher } from "./batcher.js";
import type { Cloud } from "./cloud.js";
import { type Credential, isDelegated } from "./credential.js";
import { errorOf } from "./errors.js";
import type { MailboxGate } from "./mailbox-gate.js";
import type { Tokens } from "./tokens.js";
import { stopped, type Transport } from "./transport.js";

export interface ClientParts {
  readonly cloud: Cloud;
  readonly transport: Transport;
  readonly tokens: Tokens;
  readonly gate: MailboxGate;
  readonly credential: Credential;
  /** The user principal name. */
  readonly mailbox: string;
  /** The run's. */
  readonly signal: AbortSignal;
  readonly now: () => number;
}

const IMMUTABLE = 'IdType="ImmutableId"';

/** One mailbox, for one run. What fails is thrown as `ConnectorError`; answers come as they are. */
export class GraphClient {
  /** HTTP requests sent so far. */
  requests = 0;
  readonly #batcher: Batcher;
  readonly #mailboxPath: string;

  constructor(private readonly parts: ClientParts) {
    const { mailbox, credential } = parts;
    this.#mailboxPath = isDelegated(credential)
      ? "/me"
      : `/users/${encodeURIComponent(mailbox)}`;
    this.#batcher = new Batcher({
      gate: parts.gate,
      signal: parts.signal,
      timeoutMs: parts.transport.timeoutMs,
      alone: (ask, ms) => this.#send(this.urlOf(ask.path), ask, ms),
      together: (body, ms) =>
        this.#send(
          new URL("/v1.0/$batch", parts.cloud.graph),
          { method: "POST", path: "", body },
          ms,
        ),
      path: (ask) => `${this.#mailboxPath}${ask.path}`,
      headers: (ask) => headersOf(ask),
      isBusy: (answer) =>
        !isOk(answer) && this.refusal(answer).kind === "throttled",
    });
  }

  get signal(): AbortSignal {
    return this.parts.signal;
  }

  now(): number {
    return this.parts.now();
  }

  get timeoutMs(): number {
    return this.parts.transport.timeoutMs;
  }

  /** "/users/anna%40example.org", as subscriptions name it. */
  get mailboxPath(): string {
    return this.#mailboxPath;
  }

  /** Sent with whatever else is asked at the same time. @throws ConnectorError only where no answer came */
  async ask(ask: Ask): Promise<Answer> {
    return this.#batcher.ask(ask);
  }

  /** The same, of a success. */
  async get(path: string, more: Partial<Ask> = {}): Promise<Answer> {
    return this.successOf(await this.ask({ method: "GET", path, ...more }));
  }

  /** A link that Graph gave: sent as it is, once its host is the right one. @throws ConnectorError `token-expired` */
  async follow(link: string, prefer: readonly string[] = []): Promise<Answer> {
    const { graph } = this.parts.cloud;
    const url = URL.canParse(link) ? new URL(link) : undefined;
    // A stored link is data: the token must not go wherever it points.
    if (
      url === undefined ||
      url.origin !== graph.origin ||
      !url.pathname.startsWith("/v1.0/") ||
      url.username !== ""
    )
      throw notOurs();
    return this.#single(url, { method: "GET", path: "", prefer });
  }

  /** Outside the mailbox, as subscriptions are. */
  async global(method: Ask["method"], path: string, body?: unknown) {
    const url = new URL(`/v1.0${path}`, this.parts.cloud.graph);
    return this.#single(url, { method, path, body });
  }

  successOf(answer: Answer): Answer {
    if (isOk(answer)) return answer;
    throw this.refusal(answer);
  }

  refusal(answer: Answer): ConnectorError {
    return errorOf(answer, this.parts.now());
  }

  urlOf(path: string): URL {
    return new URL(`/v1.0${this.#mailboxPath}${path}`, this.parts.cloud.graph);
  }

  async #single(url: URL, ask: Ask): Promise<Answer> {
    const { gate, signal } = this.parts;
    if (signal.aborted) throw stopped();
    return gate.enter(1, signal, () => {
      gate.spend(1);
      return this.#send(url, ask, this.timeoutMs);
    });
  }

  /** With a token; one that is refused is renewed once. */
  async #send(url: URL, ask: Ask, timeoutMs: number): Promise<Answer> {
    const { tokens, credential, signal } = this.parts;
    const token = await tokens.get(credential, signal);
    const first = await this.#sendWith(token, url, ask, timeoutMs);
    if (first.status !== 401) return first;
    const renewed = await tokens.get(credential, signal, token);
    return renewed === token
      ? first
      : this.#sendWith(renewed, url, ask, timeoutMs);
  }

  #sendWith(
    token: string,
    url: URL,
    ask: Ask,
    timeoutMs: number,
  ): Promise<Answer> {
    const { transport, signal } = this.parts;
    if (signal.aborted) throw stopped();
    this.requests += 1;
    return transport.send(
      {
        ...{ method: ask.method, url, timeoutMs },
        headers: { ...headersOf(ask), authorization: `Bearer ${token}` },
        ...(ask.body !== undefined && { body: JSON.stringify(ask.body) }),
      },
      signal,
    );
  }
}

function headersOf({ body, ifMatch, prefer = [] }: Ask) {
  return {
    accept: "application/json",
    prefer: [IMMUTABLE, ...prefer].join(", "),
    ...(body !== undefined && { "content-type": "application/json" }),
    ...(ifMatch !== undefined && { "if-match": ifMatch }),
  };
}

const notOurs = (): ConnectorError =>
  new ConnectorError(
    "token-expired",
    "The remembered state of the last synchronisation is not one of Microsoft 365; all is compared anew.",
  );
