import { connectorConfig } from "@ams-sync/connector-kit/host";
import { allowList } from "@ams-sync/platform/egress";
import { z } from "zod";
import { GLOBAL_CLOUD } from "./graph/cloud.js";

const address = z.url().transform((text) => new URL(text));

/** Without TLS on this machine only, where the simulator calls. */
const isCallable = ({ protocol, hostname, search, hash }: URL): boolean =>
  (protocol === "https:" || hostname === "127.0.0.1") && !search && !hash;

/** What the outlook-connector reads from the environment. */
export const outlookConfig = connectorConfig.extend({
  /** Where Graph and its sign-in are: a national cloud, or the simulator. They belong together. */
  GRAPH_URL: address.default(GLOBAL_CLOUD.graph),
  GRAPH_AUTHORITY_URL: address.default(GLOBAL_CLOUD.authority),
  /** At once for each mailbox; Exchange allows 4. */
  MAILBOX_CONCURRENCY: z.coerce.number().int().min(1).max(4).default(4),
  /** What they may be beside the internet: "127.0.0.1". */
  EGRESS_ALLOW: allowList,
  /**
   * Where Graph reaches WEBHOOK_PORT from the internet: "https://sync.example.com/graph/". Without it changes there are
   * noticed by polling alone.
   */
  WEBHOOK_URL: address
    .refine(isCallable, {
      message:
        "must be https, without query and fragment: Graph calls no other",
    })
    .optional(),
  /** Graph's notifications, and nothing else: an ingress leads the path of WEBHOOK_URL here. */
  WEBHOOK_HOST: z.string().default("127.0.0.1"),
  WEBHOOK_PORT: z.coerce.number().int().min(0).max(65_535).default(8_090),
});
export type OutlookConfig = z.infer<typeof outlookConfig>;
