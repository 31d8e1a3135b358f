import type { Client } from "pg";
import type { ConnectedUser } from "./connect-users.js";
import { compare, type Difference } from "./compare.js";
import { DavReader, type DavCollection, type DavLogin } from "./dav-reader.js";
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

/** Throws a sentence that says what to do where a login's own collections hold something already. */
export async function expectUnused(login: DavLogin): Promise<void> {
  const reader = new DavReader(login);
  for (const { url, name } of await reader.collections()) {
    if (name !== OWN || (await reader.count(url)) === 0) continue;
    throw new Error(
      `The login ${login.username} has been used: ${url} is not empty, so that what this demo sends could not be told from it. If nobody needs it, remove that collection, for example with
  curl -u ${login.username} -X DELETE ${url}`,
    );
  }
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
