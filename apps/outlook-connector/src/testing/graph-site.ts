import type { Observe } from "@ams-sync/connector-kit/http";
import { allowList } from "@ams-sync/platform/egress";
import {
  type Graph,
  type OutlookUser,
  startGraph,
} from "@ams-sync/testing/graph";
import {
  OutlookConnector,
  type OutlookConnectorOptions,
} from "../connector.js";

/** The simulator with a clock that can stand still, and connectors to it. */
export interface GraphSite {
  readonly graph: Graph;
  /** What the simulator takes for now; undefined: the real time. */
  at: number | undefined;
  /** Before the next request of the connector with this method, once. */
  before:
    { readonly method: RegExp; readonly act: () => Promise<void> } | undefined;
  connector(options?: Partial<OutlookConnectorOptions>): OutlookConnector;
  /** Closes a connector before the others: what it has under way comes to its end. */
  leave(connector: OutlookConnector): Promise<void>;
  /** What stands in settings in place of a password. */
  password(secret?: string): string;
  close(): Promise<void>;
}

export const TO_LOOPBACK = { allow: allowList.parse("127.0.0.1") };

export async function startSite(
  options: Parameters<typeof startGraph>[0] = {},
): Promise<GraphSite> {
  const opened = new Set<OutlookConnector>();
  const site: GraphSite = {
    at: undefined,
    before: undefined,
    graph: await startGraph({
      // What breaks the contract of Graph fails with `close`.
      strict: true,
      clock: {
        epoch: () => site.at ?? Date.now(),
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      },
      ...options,
    }),
    connector: (more = {}) => {
      const { graph } = site;
      const observe: Observe = async (method, _host, send) => {
        const { before } = site;
        if (before?.method.test(method)) {
          site.before = undefined;
          await before.act();
        }
        return send();
      };
      const made = new OutlookConnector({
        requestTimeoutMs: 20_000,
        egress: TO_LOOPBACK,
        cloud: {
          graph: new URL(graph.url),
          authority: new URL(graph.authority),
        },
        ...{ ca: graph.ca, observe },
        ...more,
      });
      opened.add(made);
      return made;
    },
    leave: async (connector) => {
      if (opened.delete(connector)) await connector.close();
    },
    password: (secret = site.graph.app.secret ?? "") =>
      JSON.stringify({
        tenant: site.graph.tenant.id,
        clientId: site.graph.app.clientId,
        secret,
      }),
    close: async () => {
      await Promise.all([...opened].map((one) => site.leave(one)));
      await site.graph.stop();
    },
  };
  return site;
}

export type { OutlookUser };
