import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from "@nestjs/common";
import { Reflector } from "@nestjs/core";
import { map, type Observable } from "rxjs";
import type { EndpointSpec } from "./endpoint-spec.js";
import { EventStream } from "./event-stream.js";
import { ENDPOINT, type HttpReply } from "./parts.js";

/** An answer with headers. */
export class Answer {
  constructor(
    readonly body: unknown,
    readonly headers: Readonly<Record<string, string>>,
  ) {}
}

/** RFC 9110 8.8.3: strong, as every save makes a new one. */
export const etagOf = (version: bigint | number): string => `"${version}"`;

/** Nothing on the way may keep events back, pack them or store them. */
const STREAMED = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
};

/** Sends what the endpoint's schema names, and nothing else that a handler may have got hold of. */
@Injectable()
export class RestInterceptor implements NestInterceptor {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { answer, events } = this.reflector.get<EndpointSpec>(
      ENDPOINT,
      context.getHandler(),
    );
    const reply = context.switchToHttp().getResponse<HttpReply>();
    return next.handle().pipe(
      map((result: unknown) => {
        if (result instanceof EventStream) {
          for (const [name, value] of Object.entries(STREAMED))
            reply.header(name, value);
          return result.readable(events ?? {});
        }
        if (!(result instanceof Answer)) return answer?.parse(result);
        for (const [name, value] of Object.entries(result.headers))
          reply.header(name, value);
        return answer?.parse(result.body);
      }),
    );
  }
}
