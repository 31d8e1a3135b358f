import { runConnector } from "@ams-sync/connector-kit";
import { CloudConnector } from "./connector.js";
import { httpTelemetry } from "./http-telemetry.js";

await runConnector({
  system: "cloud",
  connector: ({ REQUEST_TIMEOUT_MS }) =>
    new CloudConnector({
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      observe: httpTelemetry(),
    }),
});
