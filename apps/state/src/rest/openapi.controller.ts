import {
  Endpoint,
  endpoint,
  endpointsOf,
  openApiOf,
} from "@ams-sync/platform/rest";
import { Controller } from "@nestjs/common";
import { z } from "zod";
import { AccountsController } from "./accounts.controller.js";
import { PREFIX } from "./parts.js";
import { ProgressController } from "./progress.controller.js";
import { PreviewController } from "./preview.controller.js";
import { QuestionsController } from "./questions.controller.js";
import { RecordsController } from "./records.controller.js";
import { TenantsController } from "./tenants.controller.js";

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
  @Endpoint(OPENAPI)
  show(): object {
    return openApiOf("ams-sync state", endpointsOf(PREFIX, CONTROLLERS));
  }
}

export const CONTROLLERS = [
  AccountsController,
  QuestionsController,
  RecordsController,
  PreviewController,
  ProgressController,
  TenantsController,
  OpenApiController,
];
