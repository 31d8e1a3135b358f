import { answerChecker, checkOpenApi } from "@ams-sync/testing/openapi";
import type { RestUnderTest } from "./rest-under-test.js";

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

/** Asks as a console does, and checks each answer against what the service says of itself. */
export async function asking(rest: RestUnderTest) {
  const document = (await (
    await fetch(`${rest.url}/api/v1/settings/openapi.json`)
  ).json()) as { paths: Record<string, object> };
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
    const answer = await fetch(`${rest.url}/api/v1/settings/${path}`, {
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
