import {
  ServerError,
  Status,
  type CallContext,
  type ServerMiddlewareCall,
} from "nice-grpc-common";
import type { AllowList, Caller } from "./binding.js";
import type { ServiceKeys } from "./service-keys.js";

const BEARER = /^Bearer (\S+)$/;

/** Lets a call through whose token proves a service that this method lists. Says nothing about why a token is bad. */
export const authenticate = (keys: ServiceKeys, allowed: AllowList) =>
  async function* <Request, Response>(
    call: ServerMiddlewareCall<Request, Response, Caller>,
    context: CallContext,
  ): AsyncGenerator<Response, Response | void, undefined> {
    const [, token] =
      BEARER.exec(context.metadata.get("authorization") ?? "") ?? [];
    const caller = token === undefined ? undefined : await keys.verify(token);
    if (caller === undefined) {
      throw new ServerError(
        Status.UNAUTHENTICATED,
        `${keys.name} does not know the caller: check the service keys, the audience and the clocks of both.`,
      );
    }
    if (!allowed.get(call.method.path)?.has(caller)) {
      throw new ServerError(
        Status.PERMISSION_DENIED,
        `${caller} may not call ${call.method.path}.`,
      );
    }
    return yield* call.next(call.request, { ...context, caller });
  };
