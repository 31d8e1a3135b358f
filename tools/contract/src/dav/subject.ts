import { CloudConnector } from "@ams-sync/cloud-connector";
import type { Login } from "@ams-sync/connector-kit";
import type { Stranger, Subject } from "@ams-sync/connector-kit/contract";
import { allowList } from "@ams-sync/platform/egress";
import type { TimeZone } from "@ams-sync/sync-core";
import { otherToken } from "./other-token.js";

/**
 * Whoever starts this may go wherever this machine may. A network opens no name of one label, of `.local` or `.lan`, and
 * no port of another protocol: both are meant where they are named.
 */
function everywhere(serverUrl: string) {
  const { hostname, host } = new URL(serverUrl);
  return { allow: allowList.parse(`0.0.0.0/0,::/0,${hostname},${host}`) };
}

/** The cloud connector at a server. */
export function davSubject(
  login: Login,
  stranger: Stranger,
  more: Partial<Pick<Subject, "mishaps" | "lacks" | "bends" | "drops">> = {},
): Subject & { close(): Promise<void> } {
  const egress = everywhere(login.serverUrl);
  const connector = new CloudConnector({ requestTimeoutMs: 20_000, egress });
  const impatient = new CloudConnector({ requestTimeoutMs: 800, egress });
  return {
    connector,
    impatient,
    login,
    stranger,
    timeZone: "Europe/Berlin" as TimeZone,
    lacks: {},
    bends: {},
    voidTokens,
    ...more,
    close: async () => {
      await Promise.all([connector.close(), impatient.close()]);
    },
  };
}

/** The server's own token stands in ours, as `sync` or `ctag`. */
function voidTokens(token: string): readonly string[] {
  const parts = JSON.parse(token) as { sync?: string; ctag?: string };
  if (parts.sync === undefined) return [];
  const other = otherToken(parts.sync);
  return other === undefined ? [] : [JSON.stringify({ ...parts, sync: other })];
}
