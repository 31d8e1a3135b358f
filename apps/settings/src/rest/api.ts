import { described } from "@ams-sync/platform/rest";
import { AccountsController } from "./accounts.controller.js";
import { AuditController } from "./audit.controller.js";
import { LoginsController } from "./logins.controller.js";
import { OpenController } from "./open.controller.js";
import { PeopleController } from "./people.controller.js";
import { RecordsController } from "./records.controller.js";
import { PREFIX } from "./parts.js";

/** The API for people, whole. */
export const API = described("ams-sync settings", PREFIX, [
  OpenController,
  PeopleController,
  AccountsController,
  LoginsController,
  AuditController,
  RecordsController,
]);
