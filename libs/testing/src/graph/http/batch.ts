import { isObject, type Json } from "../odata/edm.js";
import type { Answer } from "./message.js";
import { badRequest, Refusal } from "./refusal.js";

/** json-batching, and facts/graph.md "Limits". */
const MOST = 20;
/** Of one mailbox at once. */
const AT_ONCE = 4;
const METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"];

export interface BatchItem {
  readonly id: string;
  readonly method: string;
  /** Below the version: "/users/…". */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly dependsOn: readonly string[];
}

const malformed = (what: string): Refusal =>
  badRequest(`Invalid batch payload format: ${what}`);

/** Refused as a whole where its form is wrong. */
export function batchItems(body: unknown): BatchItem[] {
  const requests = isObject(body) ? body["requests"] : undefined;
  if (!Array.isArray(requests) || requests.length === 0)
    throw malformed("'requests' is missing or empty.");
  if (requests.length > MOST)
    throw badRequest(
      `Number of batch request steps exceeds the maximum value of ${MOST}.`,
    );
  const items = requests.map((one) => batchItem(one));
  const ids = new Set(items.map(({ id }) => id));
  if (ids.size < items.length) throw malformed("Request ids must be unique.");
  for (const [index, { id, dependsOn }] of items.entries())
    for (const other of dependsOn)
      if (!items.slice(0, index).some((before) => before.id === other))
        throw malformed(
          `Request '${id}' depends on '${other}', which is not before it.`,
        );
  return items;
}

function batchItem(one: unknown): BatchItem {
  if (!isObject(one)) throw malformed("A request is an object.");
  const { id, method, url, headers = {}, body, dependsOn = [] } = one;
  if (typeof id !== "string" || id === "") throw malformed("'id' is missing.");
  if (typeof method !== "string" || !METHODS.includes(method))
    throw malformed(`The method of '${id}' is not supported.`);
  if (typeof url !== "string" || url === "" || /^https?:/.test(url))
    throw malformed(`The url of '${id}' must be relative.`);
  if (!isObject(headers) || !Array.isArray(dependsOn))
    throw malformed(`The headers or dependencies of '${id}' are malformed.`);
  const lower = lowerCase(headers);
  const writes = method !== "GET" && method !== "DELETE";
  if (writes && body !== undefined && lower["content-type"] === undefined)
    throw badRequest(
      `Write request id : ${id} does not contain Content-Type header or body.`,
    );
  return {
    ...{ id, method, body },
    url: url.startsWith("/") ? url : `/${url}`,
    headers: lower,
    dependsOn: dependsOn.map(String),
  };
}

const lowerCase = (headers: Json): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      String(value),
    ]),
  );

export type CarryOut = (item: BatchItem) => Promise<Answer>;

const FAILED_DEPENDENCY: Answer = {
  status: 424,
  headers: {},
  body: {
    error: {
      code: "FailedDependency",
      message: "Failed Dependency: a request that this one depends on failed.",
    },
  },
};

/** Items of one mailbox wait for a place; what they depend on comes first. */
export async function carriedOut(
  items: readonly BatchItem[],
  carryOut: CarryOut,
): Promise<Json> {
  const places = new Map<string, Places>();
  const answers = new Map<string, Promise<Answer>>();
  for (const item of items) {
    const [, owner = "", name = ""] = item.url.split("/");
    const key = `${owner}/${name}`;
    const mine = places.get(key) ?? new Places(AT_ONCE);
    places.set(key, mine);
    const before = item.dependsOn.map((id) => answers.get(id));
    answers.set(
      item.id,
      Promise.all(before).then((done) =>
        done.every((one) => one !== undefined && one.status < 400)
          ? mine.with(() => carryOut(item))
          : FAILED_DEPENDENCY,
      ),
    );
  }
  const responses = await Promise.all(
    items.map(async ({ id }) => ({ id, ...(await answers.get(id)) })),
  );
  // Their order is not promised: whoever relies on it finds out here.
  return { responses: responses.toReversed().map(batchResponse) };
}

function batchResponse(one: { id: string } & Partial<Answer>): Json {
  const { id, status, headers, body } = one;
  return {
    ...{ id, status },
    headers: {
      ...Object.fromEntries(
        Object.entries(headers ?? {}).map(([name, value]) => [
          SPELT[name] ?? name,
          value,
        ]),
      ),
      ...(body !== undefined && { "Content-Type": "application/json" }),
    },
    ...(body !== undefined && { body }),
  };
}

/** Header names of an item come as Graph spells them, in no lower case as Node's are. */
const SPELT: Readonly<Record<string, string>> = {
  "retry-after": "Retry-After",
  location: "Location",
  etag: "ETag",
};

class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async with<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free === 0)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free -= 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
