import { runConnector } from "@ams-sync/connector-kit";
import { httpTelemetry } from "@ams-sync/connector-kit/http";
import { connectorConfig } from "@ams-sync/connector-kit/host";
import { allowList } from "@ams-sync/platform/egress";
import { z } from "zod";
import { OutlookConnector } from "./connector.js";
import { GLOBAL_CLOUD } from "./graph/cloud.js";

const address = z.url().transform((text) => new URL(text));

const config = connectorConfig.extend({
  /** Where Graph and its sign-in are: a national cloud, or the simulator. They belong together. */
  GRAPH_URL: address.default(GLOBAL_CLOUD.graph),
  GRAPH_AUTHORITY_URL: address.default(GLOBAL_CLOUD.authority),
  /** At once for each mailbox; Exchange allows 4. */
  MAILBOX_CONCURRENCY: z.coerce.number().int().min(1).max(4).default(4),
  /** What they may be beside the internet: "127.0.0.1". */
  EGRESS_ALLOW: allowList,
});

await runConnector({
  system: "outlook",
  config,
  connector: (set: z.infer<typeof config>) =>
    new OutlookConnector({
      requestTimeoutMs: set.REQUEST_TIMEOUT_MS,
      egress: { allow: set.EGRESS_ALLOW },
      cloud: { graph: set.GRAPH_URL, authority: set.GRAPH_AUTHORITY_URL },
      concurrent: set.MAILBOX_CONCURRENCY,
      observe: httpTelemetry(
        "ams-sync-outlook-connector",
        "ams_sync_graph_request_duration",
        "Microsoft Graph requests by method and status",
      ),
    }),
});
