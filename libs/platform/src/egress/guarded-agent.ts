import { Agent, buildConnector, Pool } from "undici";
import { type Egress, guardedLookup, refusalOf } from "./guard.js";

interface GuardedOptions extends Pick<Agent.Options, "allowH2" | "pipelining"> {
  /** PEM: who vouches for the servers in place of the usual authorities. */
  readonly ca?: string;
}

/**
 * undici's Agent for addresses that users type. What it may not connect to fails with `EgressRefused`. Looked at once for
 * each connection: requests on kept ones cost nothing more.
 */
export const guardedAgent = (
  egress: Egress,
  { ca, ...options }: GuardedOptions = {},
): Agent =>
  new Agent({
    ...options,
    // One connector for each origin, as the port decides too, and a lookup is told none.
    factory: (origin, pool) =>
      new Pool(origin, {
        ...pool,
        connect: connectorTo(portOf(new URL(origin)), egress, {
          ...options,
          ...(ca !== undefined && { ca }),
        }),
      }),
  });

function connectorTo(
  port: number,
  egress: Egress,
  { allowH2, ca }: GuardedOptions,
): buildConnector.connector {
  const connect = buildConnector({
    ...(allowH2 !== undefined && { allowH2 }),
    ...(ca !== undefined && { ca }),
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
