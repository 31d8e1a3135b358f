import { described } from "@ams-sync/platform/rest";
import { AccountsController } from "./accounts.controller.js";
import { PreviewController } from "./preview.controller.js";
import { ProgressController } from "./progress.controller.js";
import { QuestionsController } from "./questions.controller.js";
import { RecordsController } from "./records.controller.js";
import { TenantsController } from "./tenants.controller.js";
import { PREFIX } from "./parts.js";

/** The API for people, whole. */
export const API = described("ams-sync state", PREFIX, [
  AccountsController,
  QuestionsController,
  RecordsController,
  PreviewController,
  ProgressController,
  TenantsController,
]);
