import {
  Endpoint,
  endpoint,
  endpointsOf,
  openApiOf,
} from "@ams-sync/platform/rest";
import { Controller } from "@nestjs/common";
import { z } from "zod";
import { AccountsController } from "./accounts.controller.js";
import { AuditController } from "./audit.controller.js";
import { LoginsController } from "./logins.controller.js";
import { OpenController } from "./open.controller.js";
import { PREFIX } from "./parts.js";
import { PeopleController } from "./people.controller.js";
import { RecordsController } from "./records.controller.js";

const OPENAPI = endpoint({
  method: "get",
  path: "openapi.json",
  id: "openapi",
  summary: "This API as OpenAPI 3.1",
  who: "open",
  answer: z.looseObject({ openapi: z.string() }),
});

@Controller(PREFIX)
export class OpenApiController {
  static readonly document = (): object =>
    openApiOf("ams-sync settings", endpointsOf(PREFIX, CONTROLLERS));

  @Endpoint(OPENAPI)
  show(): object {
    return OpenApiController.document();
  }
}

export const CONTROLLERS = [
  OpenController,
  PeopleController,
  AccountsController,
  LoginsController,
  AuditController,
  RecordsController,
  OpenApiController,
];
