import { answerChecker, checkOpenApi } from "./openapi.js";

export {
  BOSS,
  combinationsOf,
  loginOf,
  OURS,
  routesOf,
  THEIRS,
  type Route,
} from "./rest-people.js";
export { readEvents, type ReadEvent, type ReadStream } from "./event-stream.js";

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Checked against the document before anybody looks into it. */
  // oxlint-disable-next-line typescript/no-explicit-any -- specs look into answers of every shape
  readonly body: any;
}

export interface Question {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Asks as a console does, and checks each answer against what the service says of itself.
 * @param api for example "http://127.0.0.1:8080/api/v1/settings"
 */
export async function asking(api: string) {
  const document = (await (await fetch(`${api}/openapi.json`)).json()) as {
    paths: Record<string, object>;
  };
  await checkOpenApi(document);
  const check = answerChecker(document);
  const paths = Object.keys(document.paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`),
  }));
  const ask = async (
    method: string,
    path: string,
    { token, body, headers }: Question = {},
  ): Promise<Asked> => {
    const answer = await fetch(`${api}/${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && {
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    });
    const text = await answer.text();
    const parsed: unknown = text === "" ? undefined : JSON.parse(text);
    const asked = new URL(answer.url).pathname;
    // Written out before patterns: accounts/{accountId} fits more than itself.
    const [known] = paths
      .filter(({ pattern }) => pattern.test(asked))
      .toSorted((a, b) => Number(b.path === asked) - Number(a.path === asked));
    if (known && method.toLowerCase() in (document.paths[known.path] ?? {}))
      check({
        ...{ method, path: known.path, status: answer.status, body: parsed },
        contentType: answer.headers.get("content-type"),
      });
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      body: parsed,
    };
  };
  return { ask, document };
}
