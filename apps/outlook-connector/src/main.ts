import { runConnector } from "@ams-sync/connector-kit";
import { httpTelemetry } from "@ams-sync/connector-kit/http";
import { logger } from "@ams-sync/platform";
import { outlookConfig, type OutlookConfig } from "./config.js";
import { OutlookConnector } from "./connector.js";
import { Addresses } from "./watch/address.js";
import { notificationKey } from "./watch/notification-key.js";
import { NotificationServer } from "./watch/notification-server.js";

const addressesOf = async ({
  WEBHOOK_URL: url,
  SERVICE_KEY_FILE: file,
}: OutlookConfig): Promise<Addresses | undefined> =>
  url && new Addresses({ url, key: await notificationKey(file) });

await runConnector({
  system: "outlook",
  config: outlookConfig,
  connector: async (set: OutlookConfig) => {
    const addresses = await addressesOf(set);
    return new OutlookConnector({
      requestTimeoutMs: set.REQUEST_TIMEOUT_MS,
      egress: { allow: set.EGRESS_ALLOW },
      cloud: { graph: set.GRAPH_URL, authority: set.GRAPH_AUTHORITY_URL },
      concurrent: set.MAILBOX_CONCURRENCY,
      observe: httpTelemetry(
        "ams-sync-outlook-connector",
        "ams_sync_graph_request_duration",
        "Microsoft Graph requests by method and status",
      ),
      ...(addresses && {
        watchedBy: { addresses, log: logger("outlook-connector") },
      }),
    });
  },
  listen: async (set, { hear, log }) => {
    const addresses = await addressesOf(set);
    if (addresses === undefined) return async () => undefined;
    const server = await NotificationServer.listen({
      ...{ addresses, hear, log, now: Date.now },
      ...{ host: set.WEBHOOK_HOST, port: set.WEBHOOK_PORT },
    });
    log.info({ port: server.port }, "Microsoft 365 may tell of changes here");
    return () => server.close();
  },
});
