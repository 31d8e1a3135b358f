import {
  type ChangesPage,
  ConnectorError,
  type RemoteChange,
} from "@ams-sync/connector-kit";
import type { CollectionAddress } from "./collection-address.js";
import { compareKey } from "./href.js";
import type { Http } from "./http.js";
import {
  ask,
  type MultiStatus,
  NAMESPACES,
  propertyNames,
  propfind,
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
function fromThere(answer: MultiStatus, { url }: CollectionAddress) {
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
  const answer = await ask(http, {
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
  fromThere(answer, address);
  const changes = changesIn(answer, address);
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
    more: isTruncated(answer, address) && answer.syncToken !== token,
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
  const answer = await propfind(http, address.url, "1", [
    "d:getetag",
    "d:resourcetype",
    "cs:getctag",
  ]);
  const own = answer.rows.find(({ path }) => address.isCollection(path));
  const ctag = textOf(own?.props["getctag"]);
  return {
    changes: changesIn(answer, address),
    ...(ctag !== "" && { token: writeToken({ ctag }) }),
    more: false,
  };
}

function changesIn(
  answer: MultiStatus,
  address: CollectionAddress,
): RemoteChange[] {
  return answer.rows.flatMap((row): RemoteChange[] => {
    const id = address.idAt(row.path);
    if (id === undefined || isFolder(row)) return [];
    if (row.status === 404 || row.status === 410) return [{ id, gone: true }];
    const version = textOf(row.props["getetag"]);
    return [{ id, gone: false, ...(version !== "" && { version }) }];
  });
}

function isFolder({ props }: Row): boolean {
  const type: unknown = props["resourcetype"];
  return typeof type === "object" && type !== null && "collection" in type;
}

const isTruncated = (answer: MultiStatus, address: CollectionAddress) =>
  answer.rows.some(
    ({ path, status }) => status === 507 && address.isCollection(path),
  );

/** The server does not do this report, here or at all. */
const isUnable = (error: unknown): boolean =>
  error instanceof ConnectorError &&
  (error.kind === "token-expired" ||
    [400, 403, 405, 409, 410, 412, 415, 422, 500, 501, 507].includes(
      error.detail.status ?? 0,
    ));
