import type { z } from "zod";
import type { ProblemKind } from "./problem.js";

/** Without a token; with any; a hoster; a user who has all of these rights. */
export type Who = "open" | "signed-in" | "hoster" | readonly string[];

/** All that there is to know of an endpoint: guard, validation and OpenAPI come from here. */
export interface EndpointSpec {
  readonly method: "get" | "post" | "put" | "delete";
  /** Below the controller's prefix, as Nest writes it: "accounts/:accountId". */
  readonly path: string;
  /** operationId */
  readonly id: string;
  readonly summary: string;
  readonly who: Who;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly status?: 200 | 201 | 202 | 204;
  readonly answer?: z.ZodType;
  /** Instead of one answer: server-sent events by name, for as long as the caller listens. */
  readonly events?: Readonly<Record<string, z.ZodType>>;
  /** `answers`: with an ETag; `needed`: and only with If-Match. */
  readonly version?: "answers" | "needed";
  /** Beside those that every endpoint may have. */
  readonly problems?: readonly ProblemKind[];
}

/** Keeps the spec's types for `CallOf`. */
export const endpoint = <const S extends EndpointSpec>(spec: S): S => spec;
