import { ConnectorError, type OfferedContainer } from "@ams-sync/connector-kit";
import type { StreamKind } from "@ams-sync/sync-core";
import { davRequest, makeCalendar } from "tsdav";
import { isOk } from "./answer.js";
import { collectionUrl } from "./discovery.js";
import { compareKey } from "./href.js";
import type { Http } from "./http.js";
import {
  type MultiStatus,
  NAMESPACES,
  propfind,
  type Row,
} from "./multistatus.js";
import { preconditionsOf } from "./preconditions.js";
import { transportOver } from "./tsdav-fetch.js";
import { textOf } from "./xml.js";

/** An address book or calendar that is there. */
export interface Collection {
  /** Ends with a slash. */
  readonly url: string;
  /** RFC 6578 is offered. */
  readonly syncs: boolean;
}

const OWN_NAME = "ams";
/** Always the same, so that two runs that make it at once meet. */
const OWN_SEGMENT = {
  contacts: "ams-contacts/",
  appointments: "ams-appointments/",
} as const;
const RESOURCE_TYPE = {
  contacts: "addressbook",
  appointments: "calendar",
} as const;
const PROPERTIES = [
  "d:resourcetype",
  "d:displayname",
  "d:supported-report-set",
  "c:supported-calendar-component-set",
];

/** Whether the collection at the address is the one that `ownCollection` makes; servers put others at names of theirs. */
export const isOwnCollection = (url: string, stream: StreamKind): boolean =>
  compareKey(new URL(url).pathname).endsWith(
    compareKey(`/${OWN_SEGMENT[stream]}`),
  );

/** Undefined where nothing is at the address; throws `rejected` where something else is. */
export async function findCollection(
  http: Http,
  url: string,
  stream: StreamKind,
): Promise<Collection | undefined> {
  const answer = await propfind(http, url, "0", PROPERTIES).catch(
    (error: unknown) => {
      if (error instanceof ConnectorError && error.kind === "gone")
        return undefined;
      throw error;
    },
  );
  const row = answer?.rows[0];
  if (answer === undefined || row === undefined || row.status === 404)
    return undefined;
  if (!fits(row, stream))
    throw new ConnectorError(
      "rejected",
      stream === "contacts"
        ? "The chosen address is no address book; choose another one."
        : "The chosen address is no calendar for appointments; choose another one.",
    );
  return collectionOf(collectionUrl(answer.url), row);
}

/** The own collection "ams", found or made. Calling it twice at once is fine. */
export async function ownCollection(
  http: Http,
  home: string,
  stream: StreamKind,
): Promise<Collection> {
  const url = new URL(OWN_SEGMENT[stream], home).href;
  const found = await findCollection(http, url, stream);
  if (found !== undefined) return found;
  const refusals: ConnectorError[] = [];
  for (const make of MAKERS[stream]) {
    const refusal = await make(http, url);
    // Read and not believed: a refusal may mean that another run was faster, a success may hold an inner error.
    const made =
      (await findCollection(http, url, stream)) ??
      // Before it is made in yet another way: the server may have put it at an address of its own.
      (await namedCollection(http, home, stream));
    if (made !== undefined) return made;
    if (refusal !== undefined) refusals.push(refusal);
  }
  throw (
    refusals.find(({ kind }) => kind === "throttled" || kind === "transient") ??
    new ConnectorError(
      "rejected",
      `The server lets nobody make ${stream === "contacts" ? "an address book" : "a calendar"} for ams; make one named "${OWN_NAME}" there, or choose one in the settings.`,
      { cause: refusals[0] },
    )
  );
}

/** For servers where collections are made by hand or by their own names: one that the user called "ams". */
async function namedCollection(
  http: Http,
  home: string,
  stream: StreamKind,
): Promise<Collection | undefined> {
  const answer: MultiStatus = await propfind(http, home, "1", PROPERTIES);
  const row = answer.rows.find(
    (row) =>
      compareKey(row.path) !== compareKey(new URL(answer.url).pathname) &&
      fits(row, stream) &&
      textOf(row.props["displayname"]).trim() === OWN_NAME,
  );
  return row === undefined
    ? undefined
    : collectionOf(collectionUrl(new URL(row.path, answer.url).href), row);
}

/** All that may be chosen, by name; those on other hosts than the home have no path there and cannot be. */
export async function collectionsIn(
  http: Http,
  home: string,
  stream: StreamKind,
  signal?: AbortSignal,
): Promise<readonly OfferedContainer[]> {
  const answer = await propfind(
    ...([http, home, "1"] as const),
    [...PROPERTIES, "d:current-user-privilege-set"],
    signal,
  );
  return answer.rows
    .filter((row) => fits(row, stream))
    .map((row) => {
      const address = collectionUrl(row.path);
      const name = textOf(row.props["displayname"]).trim();
      const own = isOwnCollection(new URL(address, answer.url).href, stream);
      const writable = mayWrite(row.props["currentUserPrivilegeSet"]);
      return { address, name: name === "" ? address : name, own, writable };
    })
    .toSorted((one, other) => one.name.localeCompare(other.name, "de"));
}

/** RFC 3744 5.4; servers without it say nothing, and mostly let the owner write. */
const mayWrite = (privileges: unknown): boolean => {
  const named = preconditionsOf(privileges);
  return (
    named.size === 0 ||
    ["all", "write", "write-content", "bind"].some((name) => named.has(name))
  );
};

type Maker = (http: Http, url: string) => Promise<ConnectorError | undefined>;

/** RFC 5689. tsdav's makeCollection is this request too, but is not exported. */
const mkcol =
  (type: string): Maker =>
  async (http, url) => {
    const { fetch, answers } = transportOver(http);
    await davRequest({
      url,
      fetch,
      init: {
        method: "MKCOL",
        namespace: "d",
        body: {
          mkcol: {
            _attributes: NAMESPACES,
            set: {
              prop: {
                resourcetype: { collection: {}, [type]: {} },
                displayname: OWN_NAME,
              },
            },
          },
        },
      },
    });
    return refusalIn(http, answers);
  };

/** RFC 4791 section 5.3.1 */
const mkcalendar: Maker = async (http, url) => {
  const { fetch, answers } = transportOver(http);
  await makeCalendar({
    url,
    fetch,
    props: {
      displayname: OWN_NAME,
      "c:supported-calendar-component-set": {
        "c:comp": { _attributes: { name: "VEVENT" } },
      },
    },
  });
  return refusalIn(http, answers);
};

const MAKERS: Readonly<Record<StreamKind, readonly Maker[]>> = {
  contacts: [mkcol("card:addressbook")],
  // Some servers know only one of the two ways.
  appointments: [mkcalendar, mkcol("c:calendar")],
};

function refusalIn(
  http: Http,
  answers: ReturnType<typeof transportOver>["answers"],
): ConnectorError | undefined {
  const answer = answers.at(-1);
  if (answer === undefined || isOk(answer)) return undefined;
  const refusal = http.refusal(answer);
  if (refusal.kind === "auth") throw refusal;
  return refusal;
}

function fits({ props }: Row, stream: StreamKind): boolean {
  const type: unknown = props["resourcetype"];
  if (typeof type !== "object" || type === null) return false;
  if (!(RESOURCE_TYPE[stream] in type)) return false;
  const components = componentsOf(props["supportedCalendarComponentSet"]);
  return (
    stream === "contacts" ||
    components.length === 0 ||
    components.includes("VEVENT")
  );
}

function componentsOf(set: unknown): string[] {
  if (typeof set !== "object" || set === null || !("comp" in set)) return [];
  const comps: unknown[] = Array.isArray(set.comp) ? set.comp : [set.comp];
  return comps.flatMap((comp) => {
    const attributes = (comp as { _attributes?: { name?: unknown } } | null)
      ?._attributes;
    return typeof attributes?.name === "string"
      ? [attributes.name.toUpperCase()]
      : [];
  });
}

const collectionOf = (url: string, { props }: Row): Collection => ({
  url,
  syncs: preconditionsOf(props["supportedReportSet"]).has("sync-collection"),
});
