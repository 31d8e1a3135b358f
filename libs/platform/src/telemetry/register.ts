/**
 * Preloaded before everything else: `node --import @ams-sync/platform/telemetry-register dist/main.js`. Imports of ESM
 * bypass `require`, so the loader hook must stand before the first module of the service is resolved.
 */
import { register } from "import-in-the-middle/register-hooks.mjs";
import { startTelemetry } from "./sdk.js";

// Only what is instrumented: every other module is left as it is.
register({ include: ["http", "https", "pg", "pg-pool"] });
startTelemetry();
