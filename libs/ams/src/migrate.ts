import { migrateMain } from "@ams-sync/platform";
import { AMS_SCHEMA } from "./migrate-ams.js";
import { amsMigrations } from "./migrations/index.js";

await migrateMain({
  service: "ams",
  schema: AMS_SCHEMA,
  migrations: amsMigrations,
});
