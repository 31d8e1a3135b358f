import type {
  Edit,
  HistoryPlace,
  HistorySystem,
  SeenItem,
} from "@ams-sync/connector-kit/histories";
import type { Fields, StreamKind } from "@ams-sync/sync-core";
import type { Items, OutlookUser, Seen } from "@ams-sync/testing/graph";
import { itemIdOf } from "../item/item-id.js";
import { batchedMishaps } from "./batched-mishaps.js";
import type { GraphSite } from "./graph-site.js";

/** Outlook on the simulator, for histories: a mailbox for each. */
export const graphSystem = (site: GraphSite): HistorySystem => {
  let mailboxes = 0;
  return {
    place: () => {
      mailboxes += 1;
      return placeAt(site, `anna${mailboxes}@historien.example`);
    },
  };
};

function placeAt(site: GraphSite, address: string): HistoryPlace {
  const user = site.graph.mailbox(address);
  let removed = 0;
  let expired = 0;
  return {
    login: {
      serverUrl: "https://graph.microsoft.com/",
      username: address,
      password: site.password(),
    },
    mishaps: batchedMishaps(site),
    connector: () => {
      const made = site.connector();
      return {
        system: made.system,
        requestTimeoutMs: made.requestTimeoutMs,
        inward: made.inward,
        appointmentsNameCustomers: made.appointmentsNameCustomers,
        open: (login, context) => made.open(login, context),
        close: () => site.leave(made),
      };
    },
    items: (stream) => seenAt(user, stream),
    add: (stream, edit, category) => {
      const folder = containerOf(user, stream);
      if (folder === undefined) return undefined;
      const body = {
        ...bodyOf(stream, edit),
        ...(category !== "" && { categories: [category] }),
      };
      return itemIdOf(folder, itemsOf(user, stream).add(body, folder).id);
    },
    edit: (id, edit) => {
      const { stream, graphId } = placeOf(user, id);
      itemsOf(user, stream).edit(graphId, bodyOf(stream, edit));
    },
    // For good and into the waste basket, in turn.
    remove: (id) => {
      const { stream, graphId } = placeOf(user, id);
      removed += 1;
      const items = itemsOf(user, stream);
      if (removed % 2 === 0) items.remove(graphId);
      else items.discard(graphId);
    },
    voidTokens: () => {
      expired += 1;
      user.expireTokens(
        expired % 2 === 0 ? "SyncStateNotFound" : "resyncRequired",
      );
    },
  };
}

const itemsOf = (user: OutlookUser, stream: StreamKind): Items =>
  stream === "contacts" ? user.contacts : user.events;

/** The folder or calendar that the connector makes for itself. */
const containerOf = (
  user: OutlookUser,
  stream: StreamKind,
): string | undefined =>
  (stream === "contacts" ? user.folders : user.calendars)
    .list()
    .find(({ name }) => name === "ams")?.id;

function seenAt(user: OutlookUser, stream: StreamKind): readonly SeenItem[] {
  const folder = containerOf(user, stream);
  if (folder === undefined) return [];
  return itemsOf(user, stream)
    .list(folder)
    .map((item) => ({
      id: itemIdOf(folder, item.id),
      uid: extended(item, "amsid"),
      fields: fieldsOf(stream, item),
    }));
}

function placeOf(user: OutlookUser, id: string) {
  for (const stream of ["contacts", "appointments"] as const) {
    const folder = containerOf(user, stream);
    if (folder === undefined) continue;
    for (const { id: graphId } of itemsOf(user, stream).list(folder))
      if (itemIdOf(folder, graphId) === id) return { stream, graphId };
  }
  throw new Error("There is no such item in Outlook.");
}

const HOME_FAX = "String 0x3A25";

/** As somebody fills a form in Outlook. */
function bodyOf(stream: StreamKind, edit: Edit): Record<string, unknown> {
  const { firstName, lastName, email, city, fax, reason } = edit;
  if (stream === "appointments") return { subject: reason ?? "" };
  return {
    ...(firstName !== undefined && { givenName: firstName }),
    ...(lastName !== undefined && { surname: lastName }),
    ...(email !== undefined && { emailAddresses: [{ address: email }] }),
    ...(city !== undefined && { homeAddress: { city } }),
    ...(fax !== undefined && {
      singleValueExtendedProperties: [{ id: HOME_FAX, value: fax }],
    }),
  };
}

function fieldsOf(stream: StreamKind, item: Seen): Fields {
  const start = textIn(item["start"], "dateTime");
  const wall = (name: string): string =>
    item["isAllDay"] === true
      ? ""
      : textIn(item[name], "dateTime").slice(11, 16);
  const emails = item["emailAddresses"];
  const fields =
    stream === "appointments"
      ? {
          date: start.slice(0, 10),
          ...{ from: wall("start"), to: wall("end") },
          reason: textIn(item, "subject"),
          remark: textIn(item["body"], "content")
            .replaceAll("\r\n", "\n")
            .trim(),
        }
      : {
          firstName: textIn(item, "givenName"),
          lastName: textIn(item, "surname"),
          email: textIn(
            Array.isArray(emails) ? emails[0] : undefined,
            "address",
          ),
          city: textIn(item["homeAddress"], "city"),
          fax: extended(item, "0x3a25"),
        };
  return Object.fromEntries(
    Object.entries(fields).filter(([, text]) => text !== ""),
  );
}

/** Its id ends with the property's number or name, in any spelling. */
function extended(item: Seen, end: string): string {
  const list: unknown = item["singleValueExtendedProperties"];
  const found = (Array.isArray(list) ? list : []).find((one: unknown) =>
    textIn(one, "id").toLowerCase().endsWith(` ${end}`),
  );
  return textIn(found, "value");
}

function textIn(of: unknown, name: string): string {
  const value: unknown =
    typeof of === "object" && of !== null
      ? (of as Record<string, unknown>)[name]
      : undefined;
  return typeof value === "string" ? value : "";
}
