import type { RunReport } from "@ams-sync/connector-kit";
import { identityOf } from "@ams-sync/connector-kit";
import type { StreamKind } from "@ams-sync/sync-core";
import { basicAuthorization } from "@ams-sync/testing";
import { CloudAccount } from "./cloud-account.js";

const EXTENSION = { contacts: "vcf", appointments: "ics" } as const;
const RECORD = { contacts: "customer", appointments: "appointment" } as const;

/** An account whose user also works with another program, which knows nothing of ours. */
export class InwardAccount extends CloudAccount {
  /** Fields of each change that came into ams, in order. */
  readonly received: (readonly string[])[] = [];

  constructor(
    readonly login: {
      readonly url: string;
      readonly username: string;
      readonly password: string;
    },
  ) {
    super(login.url, login.username, login.password);
    const change = this.ams.change.bind(this.ams);
    this.ams.change = async (home, wanted) => {
      this.received.push([...wanted.names].toSorted());
      return change(home, wanted);
    };
  }

  stream(kind: StreamKind) {
    return this.state.stream(this.key.accountId, kind);
  }

  /** The server is asked what changed, and all that follows is done. */
  poll(): Promise<readonly RunReport[]> {
    for (const kind of ["contacts", "appointments"] as const)
      this.stream(kind).remoteDue = true;
    return this.settle();
  }

  /** Address of a record's item, or of any other in the stream's collection. */
  at(kind: StreamKind, id: string): string {
    const { uid } = identityOf(this.key.tenantId, RECORD[kind], id);
    return this.named(kind, `${uid}.${EXTENSION[kind]}`);
  }

  named(kind: StreamKind, name: string): string {
    const { container } = this.stream(kind);
    if (container === undefined) throw new Error("Nothing is bound yet.");
    const collection = new URL(container, this.login.url).href;
    return new URL(name, collection.replace(/\/?$/, "/")).href;
  }

  async get(url: string): Promise<string | undefined> {
    const { status, text } = await this.#send("GET", url);
    return status === 200 ? text : undefined;
  }

  async put(url: string, text: string): Promise<void> {
    const calendar = text.startsWith("BEGIN:VCALENDAR");
    const { status } = await this.#send("PUT", url, text, {
      "content-type": calendar
        ? "text/calendar; charset=utf-8"
        : "text/vcard; charset=utf-8",
    });
    if (![200, 201, 204].includes(status))
      throw new Error(`PUT ${url} answered ${status}`);
  }

  async edit(url: string, change: (text: string) => string): Promise<void> {
    const text = await this.get(url);
    if (text === undefined) throw new Error(`${url} is not there.`);
    const changed = change(text.replace(/\r?\n[ \t]/g, ""));
    if (changed === text) throw new Error("Nothing was changed.");
    await this.put(url, changed);
  }

  async remove(url: string): Promise<void> {
    const { status } = await this.#send("DELETE", url);
    if (![200, 204].includes(status))
      throw new Error(`DELETE ${url} answered ${status}`);
  }

  /** How many items the stream's collection holds. */
  async count(kind: StreamKind): Promise<number> {
    const { text } = await this.#send(
      "PROPFIND",
      this.named(kind, ""),
      `<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>`,
      { depth: "1", "content-type": "application/xml" },
    );
    const hrefs = [...text.matchAll(/<(?:\w+:)?href>([^<]+)</g)];
    const items = hrefs.filter(([, href = ""]) => /\.(vcf|ics)$/.test(href));
    return new Set(items.map(([, href]) => href)).size;
  }

  /** What ams has of a record, without what is empty. */
  values(kind: StreamKind, id: string): Readonly<Record<string, string>> {
    const record = this.ams.records.get(`${RECORD[kind]}/${id}`);
    return Object.fromEntries(
      Object.entries(record?.values ?? {}).flatMap(([name, value]) =>
        value ? [[name, value]] : [],
      ),
    );
  }

  records(kind: StreamKind): number {
    return [...this.ams.records.keys()].filter((key) =>
      key.startsWith(`${RECORD[kind]}/`),
    ).length;
  }

  /** Why items have no record, by the last part of their addresses. */
  left(kind: StreamKind): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.stream(kind).questions.unlinked].map(([id, { reason }]) => [
        decodeURIComponent(id.split("/").at(-1) ?? ""),
        reason,
      ]),
    );
  }

  async #send(
    method: string,
    url: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<{ readonly status: number; readonly text: string }> {
    const answer = await fetch(url, {
      method,
      headers: { authorization: basicAuthorization(this.login), ...headers },
      ...(body !== undefined && { body }),
    });
    return { status: answer.status, text: await answer.text() };
  }
}
