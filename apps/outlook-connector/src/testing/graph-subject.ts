import type { Subject } from "@ams-sync/connector-kit/contract";
import type { TimeZone } from "@ams-sync/sync-core";
import { GraphMishaps } from "./graph-mishaps.js";
import type { GraphSite } from "./graph-site.js";
import { GraphStranger } from "./graph-stranger.js";

/** The contract's appointments are of 2026 to 2028, whenever it is asked. */
const WINDOW = { back: 5_000, ahead: 5_000 };

/** The Outlook connector at the simulator, by the contract of every connector. */
export function graphSubject(site: GraphSite, address: string): Subject {
  const user = site.graph.mailbox(address);
  return {
    connector: site.connector({ window: WINDOW }),
    impatient: site.connector({ requestTimeoutMs: 1_000, window: WINDOW }),
    login: {
      serverUrl: "https://graph.microsoft.com/",
      username: address,
      password: site.password(),
    },
    timeZone: "Europe/Berlin" as TimeZone,
    stranger: new GraphStranger(site, user),
    mishaps: new GraphMishaps(site),
    lacks: {
      "card-group": "Contact groups are no contacts in Graph.",
      "names-to-escape": "Graph gives the ids.",
      "floating-event": "Graph has no times without a zone.",
      "spring-event": "Exchange has instants: no hour that is left out.",
      "unknown-zone-event": "Graph refuses zones that it does not know.",
    },
    bends: {},
    voidTokens: (token) => {
      const known = JSON.parse(token) as { links: Record<string, string> };
      const lost = Object.fromEntries(
        Object.entries(known.links).map(([folder, link]) => [
          folder,
          link.replace(/(deltatoken=)[^&]+/, "$1bm9uZQ"),
        ]),
      );
      return [JSON.stringify({ ...known, links: lost })];
    },
  };
}
