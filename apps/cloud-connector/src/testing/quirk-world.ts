import { identityOf } from "@ams-sync/connector-kit";
import { appointment, customer } from "@ams-sync/connector-kit/memory";
import type { AmsRecord } from "@ams-sync/sync-core";
import {
  type Imposable,
  type QuirkProxy,
  type Radicale,
  startQuirkProxy,
  startRadicale,
} from "@ams-sync/testing";
import { CloudAccount } from "./cloud-account.js";

export interface Start {
  readonly path?: string;
  readonly quirks?: readonly Imposable[];
  readonly timeoutMs?: number;
}

export type Kind = "contacts" | "appointments";
const EXTENSION = { contacts: "vcf", appointments: "ics" } as const;

/** Radicale behind the quirk proxy; what lies there is read past the proxy, without our code. */
export class QuirkWorld {
  #taken = 0;

  private constructor(
    readonly radicale: Radicale,
    readonly proxy: QuirkProxy,
  ) {}

  static async start(users: number): Promise<QuirkWorld> {
    const radicale = await startRadicale({
      users: Array.from({ length: users }, (_, n) => ({
        name: nameOf(n + 1),
        password: "geheim",
      })),
    });
    const proxy = await startQuirkProxy({ target: radicale.url });
    return new QuirkWorld(radicale, proxy);
  }

  /** An account of its own, with nothing there yet. */
  account({ path = "/", quirks = [], timeoutMs = 20_000 }: Start = {}) {
    this.proxy.quirks = quirks;
    this.proxy.hits.clear();
    this.#taken += 1;
    return new QuirkAccount(this, nameOf(this.#taken), path, timeoutMs);
  }

  async stop(): Promise<void> {
    await this.proxy.stop();
    await this.radicale.stop();
  }
}

const nameOf = (n: number): string => `benutzer-${n}`;

export class QuirkAccount extends CloudAccount {
  constructor(
    private readonly world: QuirkWorld,
    private readonly user: string,
    path: string,
    timeoutMs: number,
  ) {
    super(new URL(path, world.proxy.url).href, user, "geheim", timeoutMs);
  }

  pathOf(kind: Kind, name = ""): string {
    return `/${this.user}/ams-${kind}/${encodeURIComponent(name)}`;
  }

  hrefOf(kind: Kind, id: string): string {
    const record = kind === "contacts" ? "customer" : "appointment";
    const { uid } = identityOf(this.key.tenantId, record, id);
    return this.pathOf(kind, `${uid}.${EXTENSION[kind]}`);
  }

  /** Past the proxy unless told otherwise. */
  async raw(
    method: string,
    path: string,
    init: Omit<RequestInit, "method"> = {},
    server: { readonly url: string } = this.world.radicale,
  ): Promise<{ readonly status: number; readonly text: string }> {
    const login = Buffer.from(`${this.user}:geheim`).toString("base64");
    const answer = await fetch(new URL(path, server.url), {
      ...init,
      method,
      headers: { authorization: `Basic ${login}`, ...init.headers },
    });
    return { status: answer.status, text: await answer.text() };
  }

  /** Texts of all items of a collection by their decoded names. */
  async stored(kind: Kind): Promise<ReadonlyMap<string, string>> {
    const { text } = await this.raw("PROPFIND", this.pathOf(kind), {
      headers: { depth: "1" },
    });
    const hrefs = [...text.matchAll(/<href>([^<]+)<\/href>/g)].map(
      ([, href = ""]) => href,
    );
    const items = new Map<string, string>();
    for (const href of new Set(hrefs.filter((one) => !one.endsWith("/")))) {
      const name = decodeURIComponent(href.slice(this.pathOf(kind).length));
      items.set(name, (await this.raw("GET", href)).text);
    }
    return items;
  }

  /** Everything there, item by item, without what differs from run to run and from server to server. */
  async facts(): Promise<readonly string[]> {
    const texts = [
      ...(await this.stored("contacts")),
      ...(await this.stored("appointments")),
    ];
    return texts.map(([name, text]) => `${name}\n${plain(text)}`).toSorted();
  }

  /** Another look at everything on both sides. */
  again(): Promise<Written> {
    return this.writesOf(() => this.lookOverAll());
  }

  /** What a commit in ams, or whatever else, brings about there. */
  async writesOf(cause: () => void): Promise<Written> {
    const { requests } = this.world.proxy;
    requests.clear();
    cause();
    const reports = await this.settle();
    const created = reports.reduce(
      (sum, { counts }) => sum + counts.created,
      0,
    );
    // Answered ones: the request of a dropped connection is sent again.
    const writes = requests.newest.filter(
      ({ method, status }) =>
        (method === "PUT" || method === "DELETE") && status > 0,
    ).length;
    return { writes, created };
  }

  /** Somebody writes a note on an item there. */
  async note(href: string): Promise<void> {
    const { text } = await this.raw("GET", href);
    const body = text.replace(/END:VCARD/, "NOTE:Mag Tee\r\nEND:VCARD");
    const { status } = await this.raw("PUT", href, { body });
    if (status !== 201) throw new Error(`The note was refused with ${status}.`);
  }
}

export interface Written {
  /** PUTs and DELETEs. */
  readonly writes: number;
  readonly created: number;
}

/** Lines of an item in the form that all servers agree on. */
function plain(text: string): string {
  return text
    .replace(/\r?\n[ \t]/g, "")
    .split(/\r?\n/)
    .filter((line) => line !== "" && !CHANGING.test(line))
    .map((line) => line.replace(/^[\w-]+\./, (group) => group.toUpperCase()))
    .map((line) => line.replace(/(?:(?<!\\);)*\s*$/, ""))
    .toSorted()
    .join("\n");
}
const CHANGING =
  /^(REV|DTSTAMP|CREATED|LAST-MODIFIED|SEQUENCE|PRODID|CLASS)[;:]/;

export const contact = (id: string, values: object = {}): AmsRecord =>
  customer(
    id,
    {
      firstName: "Änne",
      lastName: `Müller-${id}`,
      street: "Große Straße 1; Hof",
      city: "Köln",
      mobile: `+49 170 ${id}`,
      email: `aenne.${id}@example.org`,
      ...values,
    },
    0,
  );

export const visit = (id: string, values: object = {}): AmsRecord =>
  appointment(
    id,
    {
      date: "2026-10-25",
      from: "02:30",
      to: "03:15",
      reason: `Übergabe ${id}, mit Käthe`,
      ...values,
    },
    0,
  );

/** A card of version 4 that somebody else put there, at an address that needs encoding. */
export const FOREIGN_NAME = "Käthe Übel-1.vcf";
export const FOREIGN = [
  "BEGIN:VCARD",
  "VERSION:4.0",
  "UID:fremd-1",
  "FN:Käthe Übel",
  "N:Übel;Käthe;;;",
  "item1.TEL;TYPE=cell:+49 151 999",
  "NOTE:Mag Tee",
  "END:VCARD",
  "",
].join("\r\n");
