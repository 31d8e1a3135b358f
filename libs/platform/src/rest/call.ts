import { createParamDecorator, type ExecutionContext } from "@nestjs/common";
import type { z } from "zod";
import type { Person } from "../sign-in/signed-in.js";
import type { EndpointSpec } from "./endpoint-spec.js";
import { calls, type AnyCall } from "./parts.js";

type Out<T> = T extends z.ZodType ? z.output<T> : undefined;

/** What the handler of this endpoint gets. */
export type CallOf<S extends EndpointSpec> = Omit<
  AnyCall,
  "params" | "query" | "body" | "version"
> & {
  readonly params: Out<S["params"]>;
  readonly query: Out<S["query"]>;
  readonly body: Out<S["body"]>;
  readonly version: S["version"] extends "needed" ? bigint : undefined;
  /** Whoever has rights is somebody; elsewhere there may be nobody. */
  readonly person: S["who"] extends readonly string[]
    ? Person
    : Person | undefined;
};

/** Hands the checked call to a handler. */
export const Called: () => ParameterDecorator = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => {
    const call = calls.get(context.switchToHttp().getRequest<object>());
    if (call === undefined) throw new Error("no guard has seen this request");
    return { ...call, person: call.signedIn?.person };
  },
);
