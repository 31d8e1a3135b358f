import type { RemoteChange } from "@ams-sync/connector-kit";
import { isAbsent } from "../graph/answer.js";
import type { GraphClient } from "../graph/client.js";
import { isEntity } from "../graph/pages.js";
import type { Stored } from "../item/codec.js";
import { itemIdOf } from "../item/item-id.js";
import type { StoredEvent } from "../event/stored-event.js";
import type { FeedKind } from "./feed.js";

const DAY = 24 * 60 * 60 * 1_000;

export interface EventWindow {
  /** Days before and after now that are looked at. Graph allows 1,825 in all. */
  readonly back: number;
  readonly ahead: number;
}

export const USUAL_WINDOW: EventWindow = { back: 365, ahead: 1_095 };

/** The window stands fixed in the token: after so long another one is begun. */
const RENEW_MS = 30 * DAY;

/**
 * Delta of a calendar view, the only one that v1.0 has. Occurrences of a series are told as the series. What is removed
 * may only have left the window: it is asked for.
 */
export const eventFeed = (
  client: GraphClient,
  { back, ahead }: EventWindow,
): FeedKind => ({
  start: (calendarId, since) => {
    const at = (ms: number) => encodeURIComponent(new Date(ms).toISOString());
    const today = Math.floor(since / DAY) * DAY;
    return `/calendars/${encodeURIComponent(calendarId)}/calendarView/delta?startDateTime=${at(today - back * DAY)}&endDateTime=${at(today + ahead * DAY)}`;
  },
  prefer: ["odata.maxpagesize=100"],
  lastsMs: RENEW_MS,
  changesOf: async (calendarId, told) => {
    const versions = new Map<string, string | undefined>();
    const doubtful = new Set<string>();
    for (const { stored, removed } of told) {
      const { seriesMasterId }: StoredEvent = stored;
      const id = seriesMasterId ?? stored.id ?? "";
      if (removed) doubtful.add(id);
      else if (id === stored.id)
        versions.set(id, stored.changeKey ?? undefined);
      else if (!versions.has(id)) versions.set(id, undefined);
    }
    for (const [id, version] of versions)
      if (version === undefined) doubtful.add(id);
      else doubtful.delete(id);
    const asked = await Promise.all(
      [...doubtful].map(
        async (id) => [id, await lookAt(client, calendarId, id)] as const,
      ),
    );
    const found = new Map(asked);
    return [...new Set([...versions.keys(), ...doubtful])].map(
      (id): RemoteChange => {
        const version = found.has(id) ? found.get(id) : versions.get(id);
        const gone = found.has(id) && version === undefined;
        return {
          id: itemIdOf(calendarId, id),
          gone,
          ...(version !== undefined && { version }),
        };
      },
    );
  },
});

/** Its version; undefined where it is gone. */
async function lookAt(
  client: GraphClient,
  calendarId: string,
  id: string,
): Promise<string | undefined> {
  const answer = await client.ask({
    method: "GET",
    path: `/calendars/${encodeURIComponent(calendarId)}/events/${encodeURIComponent(id)}?$select=id,changeKey`,
  });
  if (isAbsent(answer)) return undefined;
  const { body } = client.successOf(answer);
  return isEntity(body) ? keyOf(body) : undefined;
}

const keyOf = ({ changeKey }: Stored): string => changeKey ?? "";
