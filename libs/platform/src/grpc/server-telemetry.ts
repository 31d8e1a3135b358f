import { SpanKind } from "@opentelemetry/api";
import {
  ServerError,
  Status,
  type CallContext,
  type ServerMiddlewareCall,
} from "nice-grpc-common";
import type { Logger } from "../logging/logger.js";
import { currentTraceParent } from "../telemetry/trace-parent.js";
import { isAbort } from "./abort.js";
import { spanOverCall } from "./span-over-call.js";

/** One SERVER span per call that continues the caller's trace. */
export async function* traceServer<Request, Response>(
  call: ServerMiddlewareCall<Request, Response>,
  context: CallContext,
): AsyncGenerator<Response, Response | void, undefined> {
  return yield* spanOverCall(
    {
      path: call.method.path,
      kind: SpanKind.SERVER,
      parent: context.metadata.get("traceparent"),
    },
    () => call.next(call.request, context),
  );
}

/** An error that no method meant to answer is logged here and told without its text: that may hold data. */
export const reportErrors = (log: Logger) =>
  async function* <Request, Response>(
    call: ServerMiddlewareCall<Request, Response>,
    context: CallContext,
  ): AsyncGenerator<Response, Response | void, undefined> {
    try {
      return yield* call.next(call.request, context);
    } catch (error) {
      if (error instanceof ServerError || isAbort(error)) throw error;
      const traceParent = currentTraceParent();
      log.error({ err: error, method: call.method.path }, "call failed");
      throw new ServerError(
        Status.INTERNAL,
        `${call.method.path} failed; see the service's log${traceParent && `, trace ${traceParent.split("-")[1]}`}.`,
      );
    }
  };
