import { DavReader, type DavLogin } from "@ams-sync/proof";
import type { Card } from "./bare-dav.js";

/** The cards of the login's address book that the product made, so that every contestant sends the same ones. */
export async function cardsOf(login: DavLogin): Promise<readonly Card[]> {
  return cardsAt(login, await ownBook(login));
}

/** The cards of an address book. */
export async function cardsAt(
  login: DavLogin,
  book: string,
): Promise<readonly Card[]> {
  const items = await new DavReader(login).items(book);
  return items.map(({ url, text }) => ({
    name: new URL(url).pathname.split("/").at(-1) ?? "",
    text,
  }));
}

/** Address of the address book that the product made. */
export async function ownBook(login: DavLogin): Promise<string> {
  const found = (await new DavReader(login).collections()).find(
    ({ kind, name }) => kind === "address book" && name === "ams",
  );
  if (!found) throw new Error("The product has made no address book.");
  return found.url;
}
