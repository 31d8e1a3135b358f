import { Agent, buildConnector, Pool } from "undici";
import { type Egress, guardedLookup, refusalOf } from "./guard.js";

/**
 * undici's Agent for addresses that users type. What it may not connect to fails with `EgressRefused`. Looked at once for
 * each connection: requests on kept ones cost nothing more.
 */
export const guardedAgent = (
  egress: Egress,
  options: Pick<Agent.Options, "allowH2" | "pipelining"> = {},
): Agent =>
  new Agent({
    ...options,
    // One connector for each origin, as the port decides too, and a lookup is told none.
    factory: (origin, pool) =>
      new Pool(origin, {
        ...pool,
        connect: connectorTo(portOf(new URL(origin)), egress, options),
      }),
  });

function connectorTo(
  port: number,
  egress: Egress,
  { allowH2 }: Pick<Agent.Options, "allowH2">,
): buildConnector.connector {
  const connect = buildConnector({
    ...(allowH2 !== undefined && { allowH2 }),
    lookup: guardedLookup(port, egress),
  });
  return (to, callback) => {
    // For an address in figures nothing is looked up.
    const refusal = refusalOf(to.hostname, port, egress);
    if (refusal === undefined) connect(to, callback);
    else callback(refusal, null);
  };
}

const portOf = ({ port, protocol }: URL): number =>
  port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
