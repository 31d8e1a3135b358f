import { ConnectorError, type Offer } from "@ams-sync/connector-kit";
import { STREAM_KINDS, type StreamKind } from "@ams-sync/sync-core";
import { collectionsIn } from "./dav/collection.js";
import { discover } from "./dav/discovery.js";
import type { Http } from "./dav/http.js";

/** What a login may use. A server may have only one of the kinds; one that has none is no DAV server. */
export async function tryLogin(
  http: Http,
  serverUrl: string,
): Promise<readonly Offer[]> {
  const offers: Offer[] = [];
  const refusals: ConnectorError[] = [];
  for (const stream of STREAM_KINDS)
    try {
      offers.push(await offerOf(http, serverUrl, stream));
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.kind !== "rejected")
        throw error;
      refusals.push(error);
    }
  const [first] = refusals;
  if (offers.length === 0 && first) throw first;
  return offers;
}

async function offerOf(
  http: Http,
  serverUrl: string,
  stream: StreamKind,
): Promise<Offer> {
  const { homes } = await discover(http, serverUrl, stream);
  const home = homes[stream];
  if (home === undefined)
    throw new Error("Discovery answered without the home that it was for.");
  return { stream, containers: await collectionsIn(http, home, stream) };
}
