import { Controller, type Type } from "@nestjs/common";
import { z } from "zod";
import { Endpoint } from "./endpoint.js";
import { endpoint } from "./endpoint-spec.js";
import { endpointsOf, openApiOf } from "./openapi.js";

const OPENAPI = endpoint({
  method: "get",
  path: "openapi.json",
  id: "openapi",
  summary: "This API as OpenAPI 3.1",
  who: "open",
  answer: z.looseObject({ openapi: z.string() }),
});

/** An API that says of itself what it is. */
export interface DescribedApi {
  readonly controllers: Type[];
  readonly document: () => object;
}

/** These controllers with one more, which shows what all of them offer. */
export const described = (
  title: string,
  prefix: string,
  controllers: readonly Type[],
): DescribedApi => {
  @Controller(prefix)
  class OpenApiController {
    @Endpoint(OPENAPI)
    show(): object {
      return document();
    }
  }
  const all = [...controllers, OpenApiController];
  const document = (): object => openApiOf(title, endpointsOf(prefix, all));
  return { controllers: all, document };
};
