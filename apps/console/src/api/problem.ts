import type { components } from "../generated/settings.js";

type Told = components["schemas"]["Problem"];
export type FieldError = NonNullable<Told["errors"]>[number];

/** An answer that is not what was asked for, in the words of the service (RFC 9457). */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  constructor(readonly told: Told) {
    super(told.detail);
  }

  /** `wrong-login` of `urn:ams-sync:problem:wrong-login`. */
  get kind(): string {
    return this.told.type.slice(this.told.type.lastIndexOf(":") + 1);
  }
}

/** Nobody answered, or something between us and the service did. */
const silence = (status: number): ApiProblem =>
  new ApiProblem({
    type: "urn:ams-sync:problem:service-away",
    title: "",
    status,
    detail: "",
  });

interface Answer<T> {
  readonly data?: T | undefined;
  readonly error?: unknown;
  readonly response: Response;
}

/** @throws ApiProblem */
export async function answerOf<T>(
  call: Promise<Answer<T>>,
): Promise<Versioned<T>> {
  const { data, error, response } = await call.catch(() => {
    throw silence(0);
  });
  if (!response.ok || error !== undefined)
    throw isTold(error) ? new ApiProblem(error) : silence(response.status);
  return { body: data as T, etag: response.headers.get("etag") ?? "" };
}

export interface Versioned<T> {
  readonly body: T;
  /** Of what can be changed: goes back as If-Match. */
  readonly etag: string;
}

/** @throws ApiProblem */
export const bodyOf = async <T>(call: Promise<Answer<T>>): Promise<T> =>
  (await answerOf(call)).body;

const isTold = (value: unknown): value is Told =>
  typeof value === "object" &&
  value !== null &&
  "type" in value &&
  "detail" in value;
