import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CHECKOUT } from "@ams-sync/stack";
import type { Client } from "pg";

/** One change of a batch, as state has it once it was read. */
interface Change {
  readonly tenantId: string;
  readonly kind: "customer";
  readonly recordId: bigint;
  readonly deleted: boolean;
  readonly commit: { readonly at: bigint; readonly traceParent: string };
}

/** What state sends for a batch of one tenant, from the built service: it must not drift away from it. */
interface FeedStatement {
  readonly columnsOf: (
    changes: readonly Change[],
    places: readonly number[],
  ) => readonly (string | null)[];
  readonly storeStatement: (
    tenantId: string,
    epoch: string,
    after: bigint,
    columns: readonly (string | null)[],
  ) => { readonly text: string; readonly values: (string | null)[] };
}

const loadStatement = async (): Promise<FeedStatement> =>
  (await import(
    pathToFileURL(
      join(CHECKOUT, "apps", "state", "dist", "feed", "feed-statement.js"),
    ).href
  )) as FeedStatement;

export const FEED = "yardstick.feed";

/** A table like state's feed in all: columns, indexes, row-level security, who owns it and who writes it. */
export async function makeFeed(admin: Client): Promise<void> {
  await admin.query(`
    create schema yardstick;
    grant usage on schema yardstick to ams_sync_state;
    create table ${FEED} (like state.feed including all);
    alter table ${FEED} enable row level security;
    alter table ${FEED} force row level security;
    create policy own_tenant on ${FEED}
      using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
      with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
    grant select, insert, update on ${FEED} to ams_sync_state;
    insert into ${FEED} select * from state.feed`);
}

/** The same rows from memory, in the batches and transactions that state uses. @returns milliseconds */
export async function upsert(
  client: Client,
  what: {
    readonly tenantId: string;
    readonly ids: readonly string[];
    /** Rows of one transaction of ams: they share time and trace. */
    readonly size: number;
    /** Rows of one transaction of state. */
    readonly batch: number;
    /** Positions are given from here on. */
    readonly after: bigint;
  },
): Promise<number> {
  const statements = await statementsFor(what);
  const begin = performance.now();
  for (const { text, values } of statements) {
    await client.query("begin");
    await client.query("select set_config('app.tenant_id', $1, true)", [
      what.tenantId,
    ]);
    await client.query(text, values);
    await client.query("commit");
  }
  return performance.now() - begin;
}

/** Made beforehand: what is measured is the database. */
async function statementsFor(
  what: Parameters<typeof upsert>[1],
): Promise<{ text: string; values: (string | null)[] }[]> {
  const { columnsOf, storeStatement } = await loadStatement();
  const changes = changesOf(what);
  const statements = [];
  for (let first = 0; first < changes.length; first += what.batch) {
    const batch = changes.slice(first, first + what.batch);
    const places = batch.map((_, index) => first + index + 1);
    const { text, values } = storeStatement(
      what.tenantId,
      "1",
      what.after,
      columnsOf(batch, places),
    );
    statements.push({ text: text.replaceAll("state.feed", FEED), values });
  }
  return statements;
}

function changesOf({
  tenantId,
  ids,
  size,
}: Parameters<typeof upsert>[1]): Change[] {
  let commit = { at: BigInt(Date.now()), traceParent: "" };
  return ids.map((id, index) => {
    if (index % size === 0)
      commit = {
        at: commit.at + 1n,
        traceParent: `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-01`,
      };
    return {
      tenantId,
      kind: "customer",
      recordId: BigInt(id),
      deleted: false,
      commit,
    };
  });
}
