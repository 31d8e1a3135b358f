import type { Graph, GraphClock } from "../graph/index.js";

export interface Got {
  readonly status: number;
  readonly headers: Headers;
  // A spec looks into answers of many shapes.
  readonly body: Body;
}
export type Body = { readonly [name: string]: Body } & {
  readonly value?: unknown;
};

export interface Ask {
  (
    method: string,
    at: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Got>;
}

export const IMMUTABLE = 'IdType="ImmutableId"';

/** Asks as an app does: with a token and immutable ids, unless told otherwise. */
export async function asking(graph: Graph, user?: string): Promise<Ask> {
  const token = await graph.tokenFor(graph.app, user);
  return async (method, at, body, headers = {}) => {
    const response = await fetch(at.startsWith("http") ? at : graph.url + at, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        prefer: IMMUTABLE,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && {
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text === "" ? {} : JSON.parse(text)) as Body,
    };
  };
}

/** "400 RequestBodyRead" */
export const outcome = ({ status, body }: Got): string =>
  `${status} ${String(body["error"]?.["code"] ?? "")}`.trim();

/** A clock that lets nobody wake up before its gate opens: what is under way at once is then no matter of luck. */
export function gated() {
  let release: () => void = () => undefined;
  let gate: Promise<void>;
  const shut = (): void => {
    gate = new Promise((resolve) => {
      release = resolve;
    });
  };
  shut();
  const clock: GraphClock = { epoch: () => Date.now(), sleep: () => gate };
  return {
    clock,
    shut,
    open: () => release(),
    openWhen: async (ready: () => boolean) => {
      while (!ready()) await new Promise((resolve) => setImmediate(resolve));
      release();
    },
  };
}
