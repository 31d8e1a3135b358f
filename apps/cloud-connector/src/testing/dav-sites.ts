import {
  davicalAvailable,
  makeAddressBook,
  makeCalendar,
  radicaleAvailable,
  startDavical,
  startRadicale,
  startXandikos,
  xandikosAvailable,
} from "@ams-sync/testing";
import { InwardAccount } from "./inward-account.js";

/** One of the servers that Debian brings, with accounts to spare. */
export interface DavSite {
  readonly newAccount: () => InwardAccount;
  /** A calendar or address book that the user had before. @returns its address */
  readonly collection: (
    account: InwardAccount,
    kind: "contacts" | "appointments",
  ) => Promise<string>;
  readonly stop: () => Promise<void>;
}

const USERS = 60;
const PASSWORD = "geheim";

const namesOf = (count: number) =>
  Array.from({ length: count }, (_, at) => `benutzer-${at}`);

const siteOf = (
  url: string,
  collectionOf: (user: string, name: string) => string,
  names: readonly string[],
  stop: () => Promise<void>,
): DavSite => {
  const left = names.values();
  return {
    newAccount: () => {
      const { value: username } = left.next();
      if (username === undefined) throw new Error("No users are left.");
      return new InwardAccount({ url, username, password: PASSWORD });
    },
    collection: async ({ login }, kind) => {
      const at = { ...login, url: collectionOf(login.username, `alt-${kind}`) };
      await (kind === "contacts" ? makeAddressBook(at) : makeCalendar(at));
      return at.url;
    },
    stop,
  };
};

const users = () =>
  namesOf(USERS).map((name) => ({ name, password: PASSWORD }));

/** Xandikos has one principal, so that each account gets a server of its own. */
const xandikosSite = async (): Promise<DavSite> => {
  const [name = ""] = namesOf(1);
  const server = await startXandikos({ user: name });
  const collectionOf = (user: string, collection: string) =>
    new URL(`${user}/contacts/../${collection}/`, server.url).href;
  return siteOf(server.url, collectionOf, [name], () => server.stop());
};

export const DAV_SITES: readonly {
  readonly name: string;
  readonly available: () => boolean;
  /** Whether it serves one account only. */
  readonly single: boolean;
  readonly start: () => Promise<DavSite>;
}[] = [
  {
    name: "Radicale",
    available: radicaleAvailable,
    single: false,
    start: async () => {
      const server = await startRadicale({ users: users() });
      return siteOf(
        server.url,
        (user, name) => new URL(`${user}/${name}/`, server.url).href,
        namesOf(USERS),
        () => server.stop(),
      );
    },
  },
  {
    name: "Xandikos",
    available: xandikosAvailable,
    single: true,
    start: xandikosSite,
  },
  {
    name: "DAViCal",
    available: davicalAvailable,
    single: false,
    start: async () => {
      const server = await startDavical({ users: users() });
      return siteOf(
        server.url,
        (user, name) => server.collectionOf(user, name),
        namesOf(USERS),
        () => server.stop(),
      );
    },
  },
];
