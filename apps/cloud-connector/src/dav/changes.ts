import {
  type ChangesPage,
  ConnectorError,
  type RemoteChange,
} from "@ams-sync/connector-kit";
import type { CollectionAddress } from "./collection-address.js";
import { compareKey } from "./href.js";
import type { Http } from "./http.js";
import {
  askForEach,
  type MultiStatus,
  NAMESPACES,
  propertiesOf,
  propertyNames,
  propfind,
  type Question,
  type Row,
} from "./multistatus.js";
import {
  expired,
  isDisowned,
  nextWitnesses,
  readToken,
  type SyncToken,
  type Witness,
  writeToken,
} from "./sync-token.js";
import { textOf } from "./xml.js";

interface Place {
  readonly http: Http;
  readonly address: CollectionAddress;
}

/** `StreamPort.changes`. */
export async function changesSince(
  place: Place,
  text: string | undefined,
): Promise<ChangesPage> {
  const token = text === undefined ? undefined : readToken(text);
  try {
    if (token === undefined) return await allChanges(place);
    return "sync" in token
      ? await syncPage(place, token.sync, token.witnesses)
      : await sinceCtag(place, token);
  } catch (error) {
    if (error instanceof ConnectorError && error.kind === "gone")
      throw absent({ cause: error });
    throw error;
  }
}

const absent = (detail: ConnectorError["detail"] = {}): ConnectorError =>
  new ConnectorError(
    "gone",
    "The collection is not there any more; the next run finds or makes it.",
    detail,
  );

/** What a redirect led to would be another collection's: its rows have other addresses than the links. */
function fromThere(
  answer: Pick<MultiStatus, "url">,
  { url }: CollectionAddress,
) {
  const [asked, answered] = [new URL(url), new URL(answer.url)];
  if (
    asked.origin !== answered.origin ||
    compareKey(asked.pathname) !== compareKey(answered.pathname)
  )
    throw absent();
}

async function allChanges(place: Place): Promise<ChangesPage> {
  try {
    const page = await syncPage(place, "", []);
    // A report that a server does not know is answered by some with an empty list.
    return page.token === undefined ? await listing(place) : page;
  } catch (error) {
    if (!isUnable(error)) throw error;
    return listing(place);
  }
}

/** RFC 6578. Without a limit: `nresults` is ignored by some servers and answered with 507 by others. */
async function syncPage(
  { http, address }: Place,
  token: string,
  witnesses: readonly Witness[],
): Promise<ChangesPage> {
  const answer = await listed(http, address, {
    method: "REPORT",
    url: address.url,
    namespace: "d",
    body: {
      "sync-collection": {
        _attributes: NAMESPACES,
        "sync-token": token,
        "sync-level": 1,
        prop: propertyNames(["d:getetag"]),
      },
    },
  }).catch((error: unknown) => {
    // Besides 403 and 409 with its precondition an unknown token is answered with these, 500 among them. If it was
    // not the token, the question without one fails in the same way.
    if (token !== "" && isUnable(error)) throw expired();
    throw error;
  });
  const { changes } = answer;
  if (token !== "" && isDisowned(witnesses, changes)) throw expired();
  if (answer.syncToken === undefined) {
    if (token !== "") throw expired();
    return { changes, more: false };
  }
  return {
    changes,
    token: writeToken({
      sync: answer.syncToken,
      witnesses: nextWitnesses(witnesses, changes),
    }),
    // RFC 6578 section 3.6: a row for the collection itself says that there is more. A token that stays the same would
    // ask for the same page for ever.
    more: answer.own?.status === 507 && answer.syncToken !== token,
  };
}

async function sinceCtag(
  { http, address }: Place,
  token: Extract<SyncToken, { ctag: string }>,
): Promise<ChangesPage> {
  const answer = await propfind(http, address.url, "0", ["cs:getctag"]);
  fromThere(answer, address);
  const ctag = textOf(answer.rows[0]?.props["getctag"]);
  // The new list shows what is there; what is gone shows only to one who compares it with all that is linked.
  if (ctag !== token.ctag) throw expired();
  return { changes: [], token: writeToken(token), more: false };
}

/** One of six servers has no sync-collection: hrefs and ETags of all. */
async function listing({ http, address }: Place): Promise<ChangesPage> {
  const names = ["d:getetag", "d:resourcetype", "cs:getctag"];
  const question = propertiesOf(address.url, "1", names);
  const { own, changes } = await listed(http, address, question);
  const ctag = textOf(own?.props["getctag"]);
  return {
    changes,
    ...(ctag !== "" && { token: writeToken({ ctag }) }),
    more: false,
  };
}

interface Listed {
  readonly changes: readonly RemoteChange[];
  /** Of the collection itself: the one that says that there is more, if there is one. */
  readonly own?: Row;
  readonly syncToken?: string;
}

/** Of a row only what is needed is kept: a list may have 100,000, also when all that it tells of is what we wrote. */
async function listed(
  http: Http,
  address: CollectionAddress,
  question: Question,
): Promise<Listed> {
  let changes: RemoteChange[] = [];
  let own: Row | undefined;
  const answer = await askForEach(http, question, () => {
    changes = [];
    own = undefined;
    return (row) => {
      const change = changeOf(row, address);
      if (change !== undefined) changes.push(change);
      else if (
        (own === undefined || row.status === 507) &&
        address.isCollection(row.path)
      )
        own = row;
    };
  });
  fromThere(answer, address);
  const { syncToken } = answer;
  return {
    changes,
    ...(own !== undefined && { own }),
    ...(syncToken !== undefined && { syncToken }),
  };
}

function changeOf(
  row: Row,
  address: CollectionAddress,
): RemoteChange | undefined {
  const at = address.idAt(row.path);
  if (at === undefined || isFolder(row)) return undefined;
  const id = apart(at);
  if (row.status === 404 || row.status === 410) return { id, gone: true };
  const version = apart(textOf(row.props["getetag"]));
  // Written out: what is spread into an object lies beside it and takes 32 bytes more.
  return version === "" ? { id, gone: false } : { id, gone: false, version };
}

/** A copy. V8 makes a piece of a text a pointer into it, which keeps all of it in memory: 16 KB for one ETag. */
const apart = (text: string): string => Buffer.from(text).toString();

function isFolder({ props }: Row): boolean {
  const type: unknown = props["resourcetype"];
  return typeof type === "object" && type !== null && "collection" in type;
}

/** The server does not do this report, here or at all. */
const isUnable = (error: unknown): boolean =>
  error instanceof ConnectorError &&
  (error.kind === "token-expired" ||
    [400, 403, 405, 409, 410, 412, 415, 422, 500, 501, 507].includes(
      error.detail.status ?? 0,
    ));
