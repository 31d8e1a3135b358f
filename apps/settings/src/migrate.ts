import { migrateMain } from "@ams-sync/platform";
import { migrations } from "./migrations/index.js";

await migrateMain({ service: "settings", schema: "settings", migrations });
