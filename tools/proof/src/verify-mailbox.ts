import type { Client } from "pg";
import type { OutlookUser } from "@ams-sync/testing/graph";
import { compare } from "./compare.js";
import type { ConnectedMailbox } from "./connect-mailbox.js";
import { expectedOf, type Expected, type Held } from "./expected.js";
import { seenOutlookContact, seenOutlookEvent } from "./seen-outlook.js";
import type { SeenItem, SeenItems, Verified } from "./verify.js";

/** The folder and the calendar that the product makes for itself. */
const OWN = "ams";

const IN_OUTLOOK: Held = { twoGenders: true, instants: true };

/** What SQL says should be in the user's mailbox. */
export const expectedInOutlook = (
  ams: Client,
  tenantId: string,
  userId: string,
): Promise<Expected> => expectedOf(ams, tenantId, userId, IN_OUTLOOK);

/** Reads everything back as somebody at the mailbox sees it, without Graph and without the product's code. */
export async function verifyMailbox(
  ams: Client,
  tenantId: string,
  { userId, mailbox }: ConnectedMailbox,
): Promise<Omit<Verified, "user">> {
  const expected = await expectedInOutlook(ams, tenantId, userId);
  const seen = readMailbox(mailbox);
  const lines = (of: readonly { line: string }[]) => of.map(({ line }) => line);
  return {
    seen,
    contacts: compare(lines(expected.contacts), lines(seen.contacts)),
    appointments: compare(
      lines(expected.appointments),
      lines(seen.appointments),
    ),
  };
}

/** Items with Graph's ids in place of addresses. */
export function readMailbox(mailbox: OutlookUser): SeenItems {
  const { contacts, folders, events, calendars } = mailbox;
  const read = (
    items: OutlookUser["contacts"],
    places: OutlookUser["folders"],
    lineOf: typeof seenOutlookContact,
  ): SeenItem[] => {
    const found = places.list().filter(({ name }) => name === OWN);
    const [place] = found;
    if (!place || found.length > 1)
      throw new Error(
        `${mailbox.address} has ${found.length} folders or calendars named "${OWN}", not one`,
      );
    return items
      .list(place.id)
      .map((item) => ({ url: item.id, line: lineOf(item) }));
  };
  return {
    contacts: read(contacts, folders, seenOutlookContact),
    appointments: read(events, calendars, seenOutlookEvent),
  };
}
