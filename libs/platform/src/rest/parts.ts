import type { Person, SignedIn } from "../sign-in/signed-in.js";
import type { Language, Text } from "./language.js";

/** Where an endpoint's spec hangs on its handler. */
export const ENDPOINT = Symbol("endpoint");
/** Injection token of `RestParts`. */
export const REST = Symbol("rest");

/** What the REST room asks of its service. */
export interface RestParts {
  readonly verifier: {
    verify(token: string): Promise<SignedIn | undefined>;
  };
  /** As they are now; undefined: no such user, or one who may not log in. */
  rightsOf(person: Person): Promise<ReadonlySet<string> | undefined>;
  /** How people know a right. */
  rightName(code: string): Text;
}

/** A request that was let in and understood. */
export interface AnyCall {
  readonly signedIn: SignedIn | undefined;
  readonly language: Language;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  /** Of If-Match; where the endpoint needs one it is there. */
  readonly version: bigint | undefined;
  /** Whether the caller may still do this, asked anew: for answers that last. */
  readonly stillAllowed: () => Promise<boolean>;
}

/** As far as this room looks into Fastify's. */
export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}
export interface HttpReply {
  status(code: number): HttpReply;
  header(name: string, value: string): HttpReply;
  send(body: unknown): HttpReply;
}

/** Beside the request, so that nothing that somebody sends can pretend to be it. */
export const calls = new WeakMap<object, AnyCall>();

export const headerOf = (
  { headers }: HttpRequest,
  name: string,
): string | undefined => [headers[name]].flat()[0];
