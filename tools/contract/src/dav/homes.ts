import type { StreamKind } from "@ams-sync/sync-core";
import { at, type DavAnswer, type DavClient, textOf } from "./client.js";
import { NoSuchPlace } from "./no-such-place.js";

/** A server may keep one kind only. */
export type Homes = Readonly<Partial<Record<StreamKind, string>>>;

const HOME = {
  contacts: "addressbook-home-set",
  appointments: "calendar-home-set",
} as const;
const PRINCIPAL = "current-user-principal";

/** RFC 6764, RFC 5397, RFC 6352 section 7.1.1, RFC 4791 section 6.2.1. @throws NoSuchPlace */
export async function findHomes(client: DavClient): Promise<Homes> {
  const starts = [
    client.login.url,
    "/.well-known/carddav",
    "/.well-known/caldav",
    "/",
  ];
  let forbidden = false;
  for (const start of starts) {
    const address = new URL(start, client.login.url).href;
    const { answer, rows } = await client.propfind(address, "0", [
      `d:${PRINCIPAL}`,
    ]);
    refuseLogin(answer);
    // Some servers forbid what lies above their own paths, whoever asks.
    forbidden ||= answer.status === 403;
    const principal = hrefIn(rows[0]?.props[PRINCIPAL]);
    if (principal !== undefined)
      return homesOf(client, led(client, principal, answer));
  }
  if (forbidden)
    throw new NoSuchPlace(
      "The server forbids this login to look (403) and names no address books or calendars elsewhere; give the address that other programs use, or a login that may.",
    );
  throw new NoSuchPlace(
    "No CalDAV/CardDAV server answers at this address; give the address that other programs use, often one like https://host/dav/.",
  );
}

async function homesOf(client: DavClient, principal: string): Promise<Homes> {
  const { answer, rows } = await client.propfind(principal, "0", [
    "a:addressbook-home-set",
    "c:calendar-home-set",
  ]);
  refuseLogin(answer);
  const homes: Partial<Record<StreamKind, string>> = {};
  for (const stream of ["contacts", "appointments"] as const) {
    const href = hrefIn(rows[0]?.props[HOME[stream]]);
    if (href !== undefined)
      homes[stream] = led(
        client,
        href.endsWith("/") ? href : `${href}/`,
        answer,
      );
  }
  if (Object.keys(homes).length > 0) return homes;
  throw new NoSuchPlace(
    `The server names no place for address books (addressbook-home-set) and none for calendars (calendar-home-set); it answered ${answer.status}.`,
  );
}

/** What discovery names; the login may go there from now on. */
function led(client: DavClient, href: string, { url }: DavAnswer): string {
  const address = new URL(href, url).href;
  client.origins.lead(address);
  return address;
}

function refuseLogin({ status, headers }: DavAnswer): void {
  if (status !== 401) return;
  const challenge = String(headers["www-authenticate"] ?? "");
  throw new NoSuchPlace(
    /\bdigest\b/i.test(challenge) && !/\bbasic\b/i.test(challenge)
      ? "The server accepts only Digest logins, which the product does not support; allow Basic there (over https)."
      : "User name or password is not accepted; check both. Some providers want an app password.",
  );
}

function hrefIn(property: unknown): string | undefined {
  const href = at(property, "href");
  const first: unknown = Array.isArray(href) ? href[0] : href;
  const text = textOf(first).trim();
  return text === "" ? undefined : text;
}
