import { randomUUID } from "node:crypto";
import type { SampleName, Stranger } from "@ams-sync/connector-kit/contract";
import { CaseSkipped, SAMPLES } from "@ams-sync/connector-kit/contract";
import type { StreamKind } from "@ams-sync/sync-core";
import { at, type DavAnswer, type DavClient, NAMESPACES } from "./client.js";
import { factsIn } from "./facts.js";
import type { Homes } from "./homes.js";
import { NoSuchPlace } from "./no-such-place.js";
import { textOf } from "./texts.js";

const FORMAT = {
  contacts: { extension: "vcf", type: "text/vcard; charset=utf-8" },
  appointments: { extension: "ics", type: "text/calendar; charset=utf-8" },
} as const;

/** Its collections begin so, those of all others do not. */
const PREFIX = "ams-contract-";

const AWKWARD = "Käthe Übel & Söhne +1;a=b,c'@";

/** Another program at a CalDAV/CardDAV server. */
export class DavStranger implements Stranger {
  /** Collections that it made. */
  readonly #made: string[] = [];
  /** Those that could not be removed. */
  readonly left: string[] = [];

  constructor(
    private readonly client: DavClient,
    private readonly homes: Homes,
    /** Tidies up; also when the other one may send no more. */
    private readonly last: DavClient = client,
  ) {}

  /** @throws NoSuchPlace where nobody may make one */
  async container(stream: StreamKind, words: string): Promise<string> {
    const home = this.homes[stream];
    if (home === undefined)
      throw new NoSuchPlace(
        `The server keeps no ${stream === "contacts" ? "address books" : "calendars"}.`,
      );
    const name = `${PREFIX}${words}-${randomUUID().slice(0, 8)}`;
    const { href: url } = new URL(`${encodeURIComponent(name)}/`, home);
    this.#made.push(url);
    const answers: DavAnswer[] = [];
    for (const [method, body] of MAKERS[stream]) {
      const answer = await this.client.ask(method, url, {
        headers: { "content-type": "application/xml; charset=utf-8" },
        body,
      });
      answers.push(answer);
      if (await this.#isThere(url, stream)) return url;
    }
    const statuses = answers.map(({ status }) => status).join(", ");
    throw new NoSuchPlace(
      `The server lets this login make no ${stream === "contacts" ? "address book" : "calendar"} (it answered ${statuses}). Allow it to make collections (MKCOL, MKCALENDAR), or use a login that may: without that nothing can be tried without touching what is yours.`,
    );
  }

  async put(
    container: string,
    sample: SampleName,
    { escaped = false }: { readonly escaped?: boolean } = {},
  ): Promise<string> {
    const uid = randomUUID();
    const { extension } = FORMAT[SAMPLES[sample].stream];
    const name = `${escaped ? AWKWARD : "fremd-"}${uid.slice(0, 8)}.${extension}`;
    const url = new URL(encodeURIComponent(name), container);
    await this.#store(url.pathname, textOf(sample, uid));
    return url.pathname;
  }

  async decorate(id: string): Promise<void> {
    const text = await this.#text(id);
    await this.#store(
      id,
      text
        .replace(
          /^END:VCARD/m,
          "NOTE:Mag Tee\\, keinen Kaffee\r\nNICKNAME:Spitz\r\nX-EXAMPLE;X-PART=eins:Wert\r\nEND:VCARD",
        )
        .replace(
          /^END:VEVENT/m,
          "LOCATION:Café Größenwahn\r\nX-EXAMPLE;X-PART=eins:Wert\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Gleich\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT",
        ),
    );
  }

  async resave(id: string): Promise<void> {
    await this.#store(id, await this.#text(id));
  }

  async move(id: string): Promise<string> {
    const text = await this.#text(id);
    const elsewhere = id.replace(/[^/]*(\.\w+)$/, "verschoben-$1");
    const to = elsewhere.replace("-.", `-${randomUUID().slice(0, 8)}.`);
    await this.remove(id);
    await this.#store(to, text);
    return to;
  }

  async remove(id: string): Promise<void> {
    const { status } = await this.client.ask("DELETE", this.#urlOf(id));
    if (status >= 300 && status !== 404)
      throw new Error(`Another program's DELETE was refused with ${status}.`);
  }

  async facts(id: string): Promise<readonly string[] | undefined> {
    const answer = await this.client.ask("GET", this.#urlOf(id));
    if (answer.status === 404 || answer.status === 410) return undefined;
    return factsIn(this.#body(answer));
  }

  async list(container: string): Promise<readonly string[]> {
    const { rows } = await this.client.propfind(container, "1", [
      "d:getetag",
      "d:resourcetype",
    ]);
    const own = this.place(container);
    return rows
      .filter(
        ({ props }) => at(props["resourcetype"], "collection") === undefined,
      )
      .map(({ href }) => this.place(href))
      .filter((place) => place !== own);
  }

  place(id: string): string {
    const path = id.replace(/^https?:\/\/[^/]+/, "");
    try {
      return decodeURIComponent(path);
    } catch (error) {
      // Written as it is, with a percent sign.
      if (error instanceof URIError) return path;
      throw error;
    }
  }

  async leave(): Promise<void> {
    for (const url of this.#made.splice(0)) {
      const gone = await this.#removed(url).catch(() => false);
      if (!gone) this.left.push(url);
    }
  }

  /** The answer to a DELETE does not say so: 207 may hold what failed, and some servers delete later or not at all. */
  async #removed(url: string): Promise<boolean> {
    await this.last.ask("DELETE", url);
    const { answer, rows } = await this.last.propfind(url, "0", [
      "d:resourcetype",
    ]);
    return answer.status === 207
      ? rows.length > 0 &&
          rows.every(({ props }) => Object.keys(props).length === 0)
      : [404, 410].includes(answer.status);
  }

  /** Ids are paths; a collection may lie on another host than the one that the login began at. */
  #urlOf(id: string): string {
    const place = this.place(id);
    const home = this.#made.find((url) => place.startsWith(this.place(url)));
    return new URL(id, home ?? this.client.login.url).href;
  }

  async #isThere(url: string, stream: StreamKind): Promise<boolean> {
    const { rows } = await this.client.propfind(url, "0", ["d:resourcetype"]);
    const type = rows[0]?.props["resourcetype"];
    const wanted = stream === "contacts" ? "addressbook" : "calendar";
    return at(type, wanted) !== undefined;
  }

  async #text(id: string): Promise<string> {
    return this.#body(await this.client.ask("GET", this.#urlOf(id)));
  }

  #body({ status, text }: DavAnswer): string {
    if (status === 200) return text;
    throw new Error(`Another program's GET was answered with ${status}.`);
  }

  async #store(id: string, body: string): Promise<void> {
    const stream = /BEGIN:VCARD/i.test(body) ? "contacts" : "appointments";
    const { status } = await this.client.ask("PUT", this.#urlOf(id), {
      headers: { "content-type": FORMAT[stream].type },
      body,
    });
    if (status < 200 || status > 206)
      throw new CaseSkipped(
        `The server refuses what another program writes here (PUT: ${status}).`,
      );
  }
}

const mkcol = (type: string): readonly [string, string] => [
  "MKCOL",
  `<?xml version="1.0" encoding="utf-8"?><d:mkcol ${NAMESPACES}><d:set><d:prop><d:resourcetype><d:collection/><${type}/></d:resourcetype></d:prop></d:set></d:mkcol>`,
];

/** RFC 5689 section 3; RFC 4791 section 5.3.1. Some servers know only one of the two for calendars. */
const MAKERS = {
  contacts: [mkcol("a:addressbook")],
  appointments: [
    [
      "MKCALENDAR",
      `<?xml version="1.0" encoding="utf-8"?><c:mkcalendar ${NAMESPACES}><d:set><d:prop><c:supported-calendar-component-set><c:comp name="VEVENT"/></c:supported-calendar-component-set></d:prop></d:set></c:mkcalendar>`,
    ],
    mkcol("c:calendar"),
  ],
} as const satisfies Record<StreamKind, readonly (readonly [string, string])[]>;
