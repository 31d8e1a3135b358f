import type { Client } from "pg";
import type { ConnectedUser } from "./connect-users.js";
import { compare, type Difference } from "./compare.js";
import { DavReader, type DavCollection } from "./dav-reader.js";
import { expectedOf } from "./expected.js";
import { seenAppointment, seenContact } from "./seen.js";

export interface SeenItem {
  readonly url: string;
  readonly line: string;
}

export interface SeenItems {
  readonly contacts: readonly SeenItem[];
  readonly appointments: readonly SeenItem[];
}

export interface Verified {
  readonly user: ConnectedUser;
  readonly contacts: Difference;
  readonly appointments: Difference;
  readonly seen: SeenItems;
}

/** The collections that the product makes for itself. */
const OWN = "ams";

/** Reads everything back from the DAV server and holds it against what SQL says should be there. */
export async function verifyUser(
  ams: Client,
  tenantId: string,
  user: ConnectedUser,
): Promise<Verified> {
  const expected = await expectedOf(ams, tenantId, user.userId);
  const seen = await readUser(user);
  const lines = (of: readonly { line: string }[]) => of.map(({ line }) => line);
  return {
    user,
    seen,
    contacts: compare(lines(expected.contacts), lines(seen.contacts)),
    appointments: compare(
      lines(expected.appointments),
      lines(seen.appointments),
    ),
  };
}

export async function readUser(user: ConnectedUser): Promise<SeenItems> {
  const reader = new DavReader(user.login);
  const own = (await reader.collections()).filter(({ name }) => name === OWN);
  const read = async (
    kind: DavCollection["kind"],
    lineOf: (text: string) => string,
  ): Promise<SeenItem[]> => {
    const found = own.filter((collection) => collection.kind === kind);
    const [collection] = found;
    if (!collection || found.length > 1)
      throw new Error(
        `${user.name} has ${found.length} collections of kind ${kind} named "${OWN}", not one`,
      );
    const items = await reader.items(collection.url);
    return items.map(({ url, text }) => ({ url, line: lineOf(text) }));
  };
  return {
    contacts: await read("address book", seenContact),
    appointments: await read("calendar", seenAppointment),
  };
}
