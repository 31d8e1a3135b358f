import { ConnectorError } from "@ams-sync/connector-kit";
import {
  inTime,
  networkError,
  type Observe,
} from "@ams-sync/connector-kit/http";
import type { Dispatcher } from "undici";
import type { Answer } from "./answer.js";

export interface TransportOptions {
  readonly agent: Dispatcher;
  /** Of one request. */
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
  readonly observe?: Observe | undefined;
}

export interface Sending {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Default: the transport's. */
  readonly timeoutMs?: number;
}

/**
 * HTTP. Every status is an answer; an error is thrown only where none came. Nothing is sent twice by itself, as creates in
 * Outlook are not idempotent, and no redirect is followed: Graph has none, and the token must not go elsewhere.
 */
export class Transport {
  constructor(private readonly options: TransportOptions) {}

  get timeoutMs(): number {
    return this.options.timeoutMs;
  }

  async send(sending: Sending, run?: AbortSignal): Promise<Answer> {
    const { observe = (_method, _host, send) => send() } = this.options;
    const ms = Math.min(sending.timeoutMs ?? Infinity, this.options.timeoutMs);
    return inTime(ms, run ? [run] : [], async (signal) => {
      try {
        return await observe(sending.method, sending.url.host, () =>
          this.#once(sending, signal),
        );
      } catch (error) {
        throw failureOf(error, sending.url, signal, run);
      }
    });
  }

  async #once(
    { method, url, headers, body }: Sending,
    signal: AbortSignal,
  ): Promise<Answer> {
    const response = await this.options.agent.request({
      ...{ origin: url.origin, path: `${url.pathname}${url.search}` },
      method: method as Dispatcher.HttpMethod,
      headers: { ...headers, "user-agent": "ams-sync" },
      body: body ?? null,
      signal,
    });
    const text = await this.#read(response.body, url.host);
    return {
      status: response.statusCode,
      headers: new Map(
        Object.entries(response.headers).map(([name, value]) => [
          name.toLowerCase(),
          Array.isArray(value) ? value.join(", ") : (value ?? ""),
        ]),
      ),
      body: parsed(text),
    };
  }

  async #read(stream: AsyncIterable<Buffer>, host: string): Promise<string> {
    const { maxBodyBytes } = this.options;
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of stream) {
      size += piece.length;
      if (size > maxBodyBytes)
        throw new ConnectorError(
          "rejected",
          `${host} sent an answer of more than ${Math.round(maxBodyBytes / 2 ** 20)} MiB, which is refused; look at the largest items of this folder.`,
        );
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString("utf8");
  }
}

/** An answer that is no JSON has none of what is looked for in it; its status says the rest. */
function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failureOf(
  error: unknown,
  { host }: URL,
  signal: AbortSignal,
  run: AbortSignal | undefined,
): ConnectorError {
  if (error instanceof ConnectorError) return error;
  if (run?.aborted) return stopped();
  if (signal.aborted)
    return new ConnectorError(
      "transient",
      `${host} did not answer in time; tried again later.`,
    );
  return networkError(error, host);
}

export const stopped = (): ConnectorError =>
  new ConnectorError("transient", "The run was stopped; the next one goes on.");
