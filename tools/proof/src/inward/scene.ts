import { waitFor, type QuirkProxy } from "@ams-sync/testing";
import { expect } from "vitest";
import type { ConnectedUser } from "../connect-users.js";
import { DavReader } from "../dav-reader.js";
import { expectedOf } from "../expected.js";
import type { Office } from "../office.js";
import { readUser } from "../verify.js";

const WRITES = ["PUT", "DELETE", "MKCOL", "MKCALENDAR"];

export type Row = Readonly<Record<string, unknown>>;

/** What the tests of one office share. */
export interface Opened {
  readonly office: Office;
  /** Before the server; counts what is asked of it. */
  readonly proxy: QuirkProxy;
  /** Of the first user, by a way that the proxy does not count. */
  readonly user: ConnectedUser;
}

export type Inward = ReturnType<typeof inwardScene>;

/** What is looked at on both sides. @param opened there once the first test begins */
export function inwardScene(opened: () => Opened) {
  const reader = () => new DavReader(opened().user.login);

  const until = (what: string, question: () => Promise<boolean>) =>
    waitFor(question, { what, timeoutMs: 30_000, everyMs: 50 });

  /** Some polls with nothing to do but to hear of what has just come in. */
  const writesMeanwhile = async (work: () => Promise<unknown>) => {
    const { office, proxy } = opened();
    await office.quiet();
    proxy.requests.clear();
    await work();
    const { requests } = proxy;
    await office.quiet();
    const asked = requests.count("REPORT");
    await until(
      "two more polls of both streams",
      async () => requests.count("REPORT") >= asked + 4,
    );
    await office.quiet();
    return WRITES.reduce((sum, method) => sum + requests.count(method), 0);
  };

  const rows = async (
    table: "customer" | "appointment",
    id?: string,
  ): Promise<readonly Row[]> => {
    const { office } = opened();
    const { rows: found } = await office.ams.query<Row>(
      `select * from ams.${table} where tenant_id = $1 ${id === undefined ? "" : `and ${table}_id = ${id}`}`,
      [office.tenantId],
    );
    return found;
  };

  /** Columns that differ, but for those that ams keeps itself: when, how often, and what it matches by. */
  const changed = (before: Row | undefined, after: Row | undefined) =>
    Object.keys({ ...before, ...after }).filter(
      (name) =>
        !/^(last_changed|row_version|\w+_key)$/.test(name) &&
        before?.[name] !== after?.[name],
    );

  /** A record that looks like no other, and its item. */
  const pick = async (stream: "contacts" | "appointments", at = 0) => {
    const { [stream]: expected } = await expectedNow();
    const { [stream]: seen } = await readUser(opened().user);
    const found = expected.flatMap(({ id, line: wanted }) => {
      const items = seen.filter((item) => item.line === wanted);
      const [item] = items;
      return item && items.length === 1 ? [{ id, url: item.url }] : [];
    })[at];
    if (!found) throw new Error("No record is there exactly once.");
    const item = await reader().item(found.url);
    if (!item) throw new Error("The item is not there.");
    return { id: found.id, item };
  };
  const expectedNow = () => {
    const { office, user } = opened();
    return expectedOf(office.ams, office.tenantId, user.userId);
  };

  const exact = async () => {
    const { office, user } = opened();
    const { contacts, appointments } = await office.verify(user);
    for (const { missing, surplus } of [contacts, appointments])
      expect({ missing, surplus }).toEqual({ missing: [], surplus: [] });
  };

  const bookOf = async (kind: "address book" | "calendar") => {
    const found = (await reader().collections()).find(
      (one) => one.kind === kind && one.name === "ams",
    );
    if (!found) throw new Error(`There is no ${kind}.`);
    return found.url;
  };

  return {
    ...{ opened, reader, until, writesMeanwhile },
    ...{ rows, changed, pick, exact, bookOf },
  };
}
