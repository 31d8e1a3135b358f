import { setTimeout as delay } from "node:timers/promises";
import { SpanKind } from "@opentelemetry/api";
import {
  ClientError,
  Metadata,
  Status,
  type CallOptions,
  type ClientMiddlewareCall,
} from "nice-grpc-common";
import { currentTraceParent } from "../telemetry/trace-parent.js";
import type { ServiceKeys } from "./service-keys.js";
import { spanOverCall } from "./span-over-call.js";

/** One CLIENT span per call, whose traceparent the callee continues. */
export async function* traceClient<Request, Response>(
  call: ClientMiddlewareCall<Request, Response>,
  options: CallOptions,
): AsyncGenerator<Response, Response | void, undefined> {
  return yield* spanOverCall(
    { path: call.method.path, kind: SpanKind.CLIENT },
    () => {
      const traceParent = currentTraceParent();
      const metadata = Metadata(options.metadata);
      if (traceParent) metadata.set("traceparent", traceParent);
      return call.next(call.request, { ...options, metadata });
    },
  );
}

/** Proves this service to the callee, with a token that is good at this attempt. */
export const authorize = (keys: ServiceKeys, audience: string) =>
  async function* <Request, Response>(
    call: ClientMiddlewareCall<Request, Response>,
    options: CallOptions,
  ): AsyncGenerator<Response, Response | void, undefined> {
    const metadata = Metadata(options.metadata);
    metadata.set("authorization", `Bearer ${await keys.sign(audience)}`);
    return yield* call.next(call.request, { ...options, metadata });
  };

const ATTEMPTS = 7;
const FIRST_DELAY = 100;

/** grpc-js says this when it never reached the server: the call was not carried out. */
const notSent = (error: ClientError): boolean =>
  error.details.includes("No connection established");

/**
 * Repeats calls that found the callee UNAVAILABLE: those that never left, and those of methods that may be carried out
 * twice. Waits 0.1, 0.2, 0.4 … 3.2 s, each shortened by up to half so that callers spread: longer than the successor of
 * a service takes to start, or every update of one would break off the runs under way. The deadline is for all attempts
 * together.
 */
export const retryUnavailable = (idempotentPaths: ReadonlySet<string>) =>
  async function* <Request, Response>(
    call: ClientMiddlewareCall<Request, Response>,
    options: CallOptions,
  ): AsyncGenerator<Response, Response | void, undefined> {
    if (call.requestStream || call.responseStream)
      return yield* call.next(call.request, options);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return yield* call.next(call.request, options);
      } catch (error) {
        const again =
          attempt < ATTEMPTS &&
          error instanceof ClientError &&
          error.code === Status.UNAVAILABLE &&
          (notSent(error) || idempotentPaths.has(call.method.path));
        if (!again) throw error;
        const wait = FIRST_DELAY * 2 ** (attempt - 1) * (1 - Math.random() / 2);
        await delay(
          wait,
          undefined,
          options.signal === undefined ? {} : { signal: options.signal },
        );
      }
    }
  };
