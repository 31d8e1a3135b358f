import { ConnectorError } from "@ams-sync/connector-kit";
import { EgressRefused } from "@ams-sync/platform/egress";
import { STREAM_KINDS, type StreamKind } from "@ams-sync/sync-core";
import { serviceDiscovery } from "tsdav";
import { mailAddressIn } from "../mail-address.js";
import type { Http } from "./http.js";
import { type MultiStatus, propfind } from "./multistatus.js";
import { transportOver } from "./tsdav-fetch.js";
import { textOf } from "./xml.js";

/** Where a login's collections of each kind are; a kind that the server does not know is missing. */
export type Homes = Readonly<Partial<Record<StreamKind, string>>>;

/** What discovery finds of a login. */
export interface Discovered {
  readonly homes: Homes;
  /** Of whoever logs in, as events name those invited. None where the server tells none, as many do. */
  readonly addresses: readonly string[];
}

const SERVICE = { contacts: "carddav", appointments: "caldav" } as const;
const HOME_PROPERTY = {
  contacts: "addressbookHomeSet",
  appointments: "calendarHomeSet",
} as const;

/**
 * RFC 6764: `.well-known` (through tsdav), then the principal, then its home sets. Servers without `.well-known` are
 * asked at the address that the user typed (a sub-path on some) and at their root; a typed address may also be the
 * principal itself. The last two steps do not use tsdav's `createAccount`: its errors carry no status, and it finds no
 * home where the server encodes the principal's href in another way than it was asked. The answer has a home for
 * `stream`, and what else the principal tells in the same answer: one for the other kind, and the user's addresses.
 */
export const discover = (
  http: Http,
  serverUrl: string,
  stream: StreamKind,
): Promise<Discovered> =>
  http.within(2 * http.timeoutMs, (signal) =>
    homesAt(http, serverUrl, stream, signal),
  );

async function homesAt(
  http: Http,
  serverUrl: string,
  stream: StreamKind,
  signal: AbortSignal,
): Promise<Discovered> {
  const failures: ConnectorError[] = [];
  for (const root of await rootsOf(http, serverUrl, stream)) {
    try {
      http.lead(root);
      const found = await homesFrom(http, root, stream, signal);
      if (found.homes[stream] !== undefined) return found;
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      // A login that is refused here is refused elsewhere, and more tries could lock it.
      if (error.kind === "auth") throw error;
      failures.push(error);
    }
  }
  throw (
    http.elsewhere ??
    failures.find(({ cause }) => cause instanceof EgressRefused) ??
    failures.find(({ kind }) => kind === "throttled" || kind === "transient") ??
    new ConnectorError(
      "rejected",
      `${new URL(serverUrl).host}: no ${stream === "contacts" ? "address books (CardDAV)" : "calendars (CalDAV)"} at this address; enter the address that the provider names.`,
      { cause: failures[0] },
    )
  );
}

async function rootsOf(
  http: Http,
  serverUrl: string,
  stream: StreamKind,
): Promise<ReadonlySet<string>> {
  // tsdav swallows what goes wrong here, and a server that keeps silent must not use up all the time.
  const found = await http.within(http.timeoutMs / 2, (signal) =>
    serviceDiscovery({
      account: { serverUrl, accountType: SERVICE[stream] },
      fetch: transportOver(http, signal).fetch,
    }),
  );
  return new Set([found, serverUrl, new URL("/", serverUrl).href]);
}

async function homesFrom(
  http: Http,
  root: string,
  stream: StreamKind,
  signal: AbortSignal,
): Promise<Discovered> {
  const principal = await propfind(
    http,
    root,
    "0",
    ["d:current-user-principal"],
    signal,
  );
  const address = hrefIn(principal, "currentUserPrincipal") ?? principal.url;
  http.lead(address);
  const answer = await propfind(
    http,
    address,
    "0",
    [
      "card:addressbook-home-set",
      "c:calendar-home-set",
      "c:calendar-user-address-set",
    ],
    signal,
  );
  const found = {
    contacts: hrefIn(answer, HOME_PROPERTY.contacts),
    appointments: hrefIn(answer, HOME_PROPERTY.appointments),
  };
  const homes: Partial<Record<StreamKind, string>> = {};
  for (const kind of STREAM_KINDS) {
    const home = found[kind];
    // The other kind's is not asked for yet, and is no reason to refuse this one.
    if (home === undefined || (kind !== stream && http.leavesServer(home)))
      continue;
    http.lead(home);
    homes[kind] = collectionUrl(home);
  }
  return { homes, addresses: addressesIn(answer) };
}

/** More is no person's. */
const MOST_ADDRESSES = 100;

/**
 * RFC 6638 section 2.4.1. Servers without scheduling name paths of their own here, nothing after `mailto:`, or an
 * address whose colon is encoded, which is then no `mailto:` and not the user's either: none of that is an address.
 */
const addressesIn = (answer: MultiStatus): readonly string[] => [
  ...new Set(
    hrefsIn(answer, "calendarUserAddressSet")
      .slice(0, MOST_ADDRESSES)
      .flatMap((href) => mailAddressIn(href) ?? []),
  ),
];

/** A question of depth 0 has one row, however its href is written. */
function hrefsIn(answer: MultiStatus, property: string): readonly string[] {
  const holder = answer.rows[0]?.props[property];
  if (typeof holder !== "object" || holder === null || !("href" in holder))
    return [];
  const hrefs: unknown[] = Array.isArray(holder.href)
    ? holder.href
    : [holder.href];
  return hrefs.map((href) => textOf(href).trim());
}

/** Of several the first counts. */
function hrefIn(answer: MultiStatus, property: string): string | undefined {
  const [href = ""] = hrefsIn(answer, property);
  return href !== "" && URL.canParse(href, answer.url)
    ? new URL(href, answer.url).href
    : undefined;
}

export const collectionUrl = (url: string): string =>
  url.endsWith("/") ? url : `${url}/`;
