import { migrateMain, migrateQueues } from "@ams-sync/platform";
import { MIGRATIONS } from "./migrations/index.js";

await migrateMain({
  service: "state",
  schema: "state",
  migrations: MIGRATIONS,
  // The queues' schema, for installations whose queues live in PostgreSQL.
  afterwards: migrateQueues,
});
