import type { DavLogin } from "@ams-sync/proof";
import {
  makeAddressBook,
  startDavical,
  startRadicale,
  type Radicale,
} from "@ams-sync/testing";
import type { BenchContext } from "../bench.js";

/** A DAV server with a user for each run of each contestant: every one begins with nothing. */
export interface ContestServer {
  readonly name: string;
  /** A user that nobody had before. */
  nextLogin(): DavLogin;
  /** Makes an empty address book of the login's. @returns its address */
  makeBook(login: DavLogin): Promise<string>;
}

const PASSWORD = "geheim";

export async function radicale(
  { undo }: BenchContext,
  users: number,
): Promise<ContestServer & Pick<Radicale, "folder">> {
  const names = namesOf(users);
  const server = await startRadicale({
    users: names.map((name) => ({ name, password: PASSWORD })),
  });
  undo(() => server.stop());
  const { folder, url } = server;
  return {
    ...contest("Radicale", url, names, (user, book) =>
      server.collectionOf(user, book),
    ),
    folder,
  };
}

export async function davical(
  { undo }: BenchContext,
  users: number,
): Promise<ContestServer> {
  const names = namesOf(users);
  const server = await startDavical({
    users: names.map((name) => ({ name, password: PASSWORD })),
  });
  undo(() => server.stop());
  return contest("DAViCal", server.url, names, (user, book) =>
    server.collectionOf(user, book),
  );
}

const namesOf = (users: number): string[] =>
  Array.from({ length: users }, (_, at) => `u${at + 1}`);

function contest(
  name: string,
  url: string,
  users: readonly string[],
  bookOf: (user: string, book: string) => string,
): ContestServer {
  const left = users.values();
  return {
    name,
    nextLogin: () => {
      const { value: username } = left.next();
      if (username === undefined)
        throw new Error(`${name} was started with too few users.`);
      return { url, username, password: PASSWORD };
    },
    makeBook: async (login) => {
      const book = bookOf(login.username, "cards");
      await makeAddressBook({ ...login, url: book });
      return book;
    },
  };
}
