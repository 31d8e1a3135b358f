import { isAbsent, memberOf } from "../graph/answer.js";
import type { GraphClient } from "../graph/client.js";
import { isEntity } from "../graph/pages.js";
import type { Stored } from "../item/codec.js";
import {
  type Extended,
  expandOf,
  LINKED_ENTRIES,
  OWN_ID,
  valueOf,
} from "../item/extended.js";
import { entryIdsIn, urlTokenOf } from "./entry-ids.js";

/** One request of translateExchangeIds takes so many. */
const MOST = 1_000;

/**
 * Own ids of the contacts that events are linked with by "Kontakte" (R23). Only of events that are not ours: of those
 * nobody asks whom they are about.
 */
export async function linkedContacts(
  client: GraphClient,
  events: readonly Stored[],
): Promise<readonly (readonly string[])[]> {
  const tokens = events.map((event: Stored & Extended) =>
    valueOf(event, OWN_ID) === ""
      ? entryIdsIn(valueOf(event, LINKED_ENTRIES)).map(urlTokenOf)
      : [],
  );
  const asked = [...new Set(tokens.flat())].slice(0, MOST);
  if (asked.length === 0) return events.map(() => []);
  const ids = await translated(client, asked);
  const uids = new Map(
    await Promise.all(
      [...ids].map(
        async ([token, id]) => [token, await ownIdOf(client, id)] as const,
      ),
    ),
  );
  return tokens.map((some) => [
    ...new Set(some.flatMap((token) => uids.get(token) ?? [])),
  ]);
}

/** Graph's immutable id for each entry id; entries of another mailbox have none. */
async function translated(
  client: GraphClient,
  inputIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const answer = await client.ask({
    method: "POST",
    path: "/translateExchangeIds",
    body: {
      inputIds,
      sourceIdType: "entryId",
      targetIdType: "restImmutableEntryId",
    },
  });
  const list = memberOf(client.successOf(answer).body, "value");
  const found = new Map<string, string>();
  for (const one of Array.isArray(list) ? (list as readonly unknown[]) : []) {
    const [from, to] = [memberOf(one, "sourceId"), memberOf(one, "targetId")];
    if (typeof from === "string" && typeof to === "string" && to !== "")
      found.set(from, to);
  }
  return found;
}

async function ownIdOf(
  client: GraphClient,
  id: string,
): Promise<string | undefined> {
  const path = `/contacts/${encodeURIComponent(id)}?$select=id&$expand=${expandOf([OWN_ID])}`;
  const answer = await client.ask({ method: "GET", path });
  if (isAbsent(answer)) return undefined;
  const { body } = client.successOf(answer);
  const uid = isEntity(body) ? valueOf(body as Extended, OWN_ID) : "";
  return uid === "" ? undefined : uid.toLowerCase();
}
