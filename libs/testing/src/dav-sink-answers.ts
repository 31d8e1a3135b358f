interface Collection {
  readonly type: "addressbook" | "calendar";
  readonly items: Map<string, { version: number; readonly text?: string }>;
  /** Names in the order of their changes; the first one is number `base`. */
  changes: string[];
  base: number;
}

/** More are not remembered: tokens from before are void then. */
const CHANGES_MAX = 1_000_000;

/** By path, `/user/name/`. */
const collections = new Map<string, Collection>();
/** A request of a user. */
export interface Call {
  readonly method: string;
  readonly user: string;
  /** Decoded; of a collection with a slash at its end. */
  readonly path: string;
  readonly body: string;
  readonly header: (name: string) => string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly etag?: string;
  readonly type?: string;
  readonly body?: string;
}

const etagOf = (version: number): string => `"${version}"`;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

const hrefOf = (path: string): string =>
  escaped(path.split("/").map(encodeURIComponent).join("/"));

const row = (path: string, props: string): string =>
  `<response><href>${hrefOf(path)}</href><propstat><prop>${props}</prop><status>HTTP/1.1 200 OK</status></propstat></response>`;

const absent = (path: string): string =>
  `<response><href>${hrefOf(path)}</href><status>HTTP/1.1 404 Not Found</status></response>`;

const multistatus = (rows: readonly string[], more = ""): Answer => ({
  status: 207,
  type: "application/xml; charset=utf-8",
  body: `<?xml version="1.0" encoding="utf-8"?>\n<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="urn:ietf:params:xml:ns:carddav" xmlns:S="http://calendarserver.org/ns/">${rows.join("")}${more}</multistatus>`,
});

const tokenOf = ({ base, changes }: Collection): string =>
  `urn:ams-sync:sink:${base + changes.length}`;

const collectionProps = (collection: Collection): string => {
  const { type } = collection;
  const token = tokenOf(collection);
  const kind = type === "calendar" ? "<C:calendar/>" : "<A:addressbook/>";
  return (
    `<resourcetype><collection/>${kind}</resourcetype><displayname>ams</displayname>` +
    `<sync-token>${token}</sync-token><S:getctag>${token}</S:getctag>` +
    `<supported-report-set><supported-report><report><sync-collection/></report></supported-report></supported-report-set>` +
    (type === "calendar"
      ? `<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>`
      : "")
  );
};

function propfind({ path, user, header }: Call): Answer {
  const deep = header("depth") !== "0";
  const collection = collections.get(path);
  if (collection !== undefined) {
    const rows = [row(path, collectionProps(collection))];
    if (deep)
      for (const [name, { version }] of collection.items)
        rows.push(
          row(
            `${path}${name}`,
            `<getetag>${etagOf(version)}</getetag><resourcetype/>`,
          ),
        );
    return multistatus(rows);
  }
  const home = `/${user}/`;
  const principal = `<current-user-principal><href>${hrefOf(home)}</href></current-user-principal>`;
  if (path === "/")
    return multistatus([
      row(path, `<resourcetype><collection/></resourcetype>${principal}`),
    ]);
  if (path === home) {
    const own = [...collections].filter(([at]) => deep && at.startsWith(home));
    return multistatus([
      row(
        path,
        `<resourcetype><collection/><principal/></resourcetype>${principal}` +
          `<A:addressbook-home-set><href>${hrefOf(home)}</href></A:addressbook-home-set>` +
          `<C:calendar-home-set><href>${hrefOf(home)}</href></C:calendar-home-set>`,
      ),
      ...own.map(([at, one]) => row(at, collectionProps(one))),
    ]);
  }
  const item = itemAt(path);
  return item === undefined
    ? { status: 404 }
    : multistatus([row(path, `<getetag>${etagOf(item.version)}</getetag>`)]);
}

function report(call: Call): Answer {
  const { path, body } = call;
  const collection = collections.get(path);
  if (collection === undefined) return { status: 404 };
  const { items, base, changes } = collection;
  if (/<[\w-]*:?sync-collection[\s>]/.test(body)) {
    const [, token = ""] = /<[\w-]*:?sync-token>([^<]*)</.exec(body) ?? [];
    const news = `<sync-token>${tokenOf(collection)}</sync-token>`;
    const all = [...items.keys()];
    if (token === "") return multistatus(rowsOf(call, collection, all), news);
    const since = Number(token.split(":").at(-1));
    return since >= base && since <= base + changes.length
      ? multistatus(rowsOf(call, collection, changes.slice(since - base)), news)
      : {
          status: 403,
          type: "application/xml",
          body: `<error xmlns="DAV:"><valid-sync-token/></error>`,
        };
  }
  const hrefs = [...body.matchAll(/<[\w-]*:?href>([^<]*)</g)];
  return multistatus(
    hrefs.map(([, href = ""]) => {
      const at = decodeURIComponent(new URL(href, "http://sink").pathname);
      const item = itemAt(at);
      if (item === undefined) return absent(at);
      const name = collection.type === "calendar" ? "C:calendar" : "A:address";
      return row(
        at,
        `<getetag>${etagOf(item.version)}</getetag>` +
          (item.text === undefined
            ? ""
            : `<${name}-data>${escaped(item.text)}</${name}-data>`),
      );
    }),
  );
}

/** Each name once, as it stands now. */
const rowsOf = (
  { path }: Call,
  { items }: Collection,
  names: readonly string[],
): string[] =>
  [...new Set(names)].map((name) => {
    const item = items.get(name);
    return item === undefined
      ? absent(`${path}${name}`)
      : row(`${path}${name}`, `<getetag>${etagOf(item.version)}</getetag>`);
  });

const split = (path: string): [folder: string, name: string] => {
  const at = path.lastIndexOf("/") + 1;
  return [path.slice(0, at), path.slice(at)];
};

function itemAt(path: string) {
  const [folder, name] = split(path);
  return collections.get(folder)?.items.get(name);
}

function change(
  call: Call,
  text: string | undefined,
  keepItems = false,
): Answer {
  const { path, header } = call;
  const [folder, name] = split(path);
  const collection = collections.get(folder);
  if (collection === undefined || name === "") return { status: 409 };
  const { items } = collection;
  const before = items.get(name);
  const match = header("if-match");
  if (text === undefined && before === undefined) return { status: 404 };
  if (
    (header("if-none-match") === "*" && before !== undefined) ||
    (match !== undefined &&
      (before === undefined ||
        (match !== "*" && match !== etagOf(before.version))))
  )
    return { status: 412 };
  if (collection.changes.length >= CHANGES_MAX) {
    collection.base += CHANGES_MAX / 2;
    collection.changes = collection.changes.slice(CHANGES_MAX / 2);
  }
  collection.changes.push(name);
  if (text === undefined) {
    items.delete(name);
    return { status: 204 };
  }
  const version = collection.base + collection.changes.length;
  items.set(name, keepItems ? { version, text } : { version });
  return {
    status: before === undefined ? 201 : 204,
    etag: etagOf(version),
  };
}

function make({ path, method, body }: Call): Answer {
  if (collections.has(path)) return { status: 405 };
  const type =
    method === "MKCALENDAR" || !/addressbook/.test(body)
      ? "calendar"
      : "addressbook";
  collections.set(path, { type, items: new Map(), changes: [], base: 0 });
  return { status: 201 };
}

function get({ path }: Call): Answer {
  const item = itemAt(path);
  return item?.text === undefined
    ? { status: 404 }
    : { status: 200, etag: etagOf(item.version), body: item.text };
}

/** What a server that does next to nothing says. */
export function answerTo(call: Call, keepItems: boolean): Answer {
  switch (call.method) {
    case "PROPFIND":
      return propfind(call);
    case "REPORT":
      return report(call);
    case "PUT":
      return change(call, call.body, keepItems);
    case "DELETE":
      return change(call, undefined);
    case "MKCOL":
    case "MKCALENDAR":
      return make(call);
    case "GET":
      return get(call);
    default:
      return { status: call.method === "OPTIONS" ? 200 : 405 };
  }
}

export function itemsThere(): number {
  let items = 0;
  for (const collection of collections.values()) items += collection.items.size;
  return items;
}
