import { runConnector } from "@ams-sync/connector-kit";
import { httpTelemetry } from "@ams-sync/connector-kit/http";
import { connectorConfig } from "@ams-sync/connector-kit/host";
import { allowList } from "@ams-sync/platform/egress";
import type { z } from "zod";
import { CloudConnector } from "./connector.js";

const config = connectorConfig.extend({
  /** What users' servers may be beside the internet: "10.1.0.0/16, dav.intern.example:8443". */
  EGRESS_ALLOW: allowList,
});

await runConnector({
  system: "cloud",
  config,
  connector: ({ REQUEST_TIMEOUT_MS, EGRESS_ALLOW }: z.infer<typeof config>) =>
    new CloudConnector({
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      egress: { allow: EGRESS_ALLOW },
      observe: httpTelemetry(
        "ams-sync-cloud-connector",
        "ams_sync_dav_request_duration",
        "CalDAV and CardDAV requests by method and status",
      ),
    }),
});
