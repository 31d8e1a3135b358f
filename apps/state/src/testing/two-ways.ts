import {
  Conflict_Winner,
  RecordKind,
  StreamKind,
  System,
  WireRemoval,
  type Entry,
  type Result,
  type RunRef,
} from "@ams-sync/contracts";
import type { Office } from "./office.js";
import { linked } from "./office.js";

/** Short words for what specs do with the way back and with what people are asked. */

const STREAM = StreamKind.CONTACTS;
type Account = RunRef["account"] & {};

const result = (entry: Entry, outcome: Result["outcome"]): Result => ({
  entryId: entry.entryId,
  position: entry.position,
  outcome,
  conflicts: [],
  destructive: false,
  unasked: false,
});

export const lost = (entry: Entry): Result => calledOff(entry, undefined);
export const calledOff = (
  entry: Entry,
  itemVersion: string | undefined,
): Result => result(entry, { $case: "lost", value: { itemVersion } });
export const intend = (
  entry: Entry,
  removal: WireRemoval = WireRemoval.DELETE,
  fields: readonly string[] = [],
): Result =>
  result(entry, { $case: "intend", value: { removal, fields: [...fields] } });
export const removed = (entry: Entry): Result => ({
  ...result(entry, { $case: "unlinked", value: { itemId: "" } }),
  destructive: true,
});
export const cleared = (entry: Entry): Result => ({
  ...linked(entry),
  destructive: true,
});
export const left = (
  entry: Entry,
  keys: readonly string[] = [],
  candidates: readonly string[] = [],
): Result =>
  result(entry, {
    $case: "left",
    value: {
      reason: candidates.length > 0 ? "ambiguous" : "no-category",
      itemVersion: undefined,
      keys: [...keys],
      candidates: candidates.map((recordId) => ({
        kind: RecordKind.CUSTOMER,
        recordId,
      })),
    },
  });
export const imported = (entry: Entry, recordId: string): Result =>
  linked(entry, {
    kind: RecordKind.CUSTOMER,
    recordId,
    itemId: entry.itemId,
    itemVersion: entry.itemVersion,
  });
export const withConflict = (entry: Entry, field: string): Result => ({
  ...linked(entry),
  conflicts: [
    { field, winner: Conflict_Winner.AMS, ams: "Köln", remote: undefined },
  ],
});

export interface Announced {
  readonly itemId: string;
  readonly itemVersion?: string;
  readonly gone?: boolean;
}

/** Makes the account due, whatever it waits for, and begins. */
export const beginNow = async (
  office: Office,
  account: Account,
): Promise<RunRef> => {
  await office.state.rows(
    `update state.schedule set due_at = now() where account_id = $1`,
    [account.accountId],
  );
  return office.begin(account);
};

export const streamOf = async (office: Office, account: Account) => {
  await office.state.rows(
    `update state.schedule set due_at = now() where account_id = $1`,
    [account.accountId],
  );
  const { runId, streams } = await office.runs.beginRun({
    account,
    system: System.CLOUD,
    worker: "spec",
  });
  return { run: { account, runId }, stream: streams[0]! };
};

/** Announcements, though no poll is due. */
export const announce = async (
  office: Office,
  run: RunRef,
  changes: readonly Announced[],
  page: { token?: string; more?: boolean; anew?: boolean } = {},
): Promise<number> => {
  await office.state.rows(
    `update state.stream set polling = true where account_id = $1`,
    [run.account?.accountId],
  );
  const { taken } = await office.runs.takeInRemote({
    run,
    stream: STREAM,
    changes: changes.map((change) => ({ gone: false, ...change })),
    token: page.token ?? "",
    more: page.more ?? false,
    anew: page.anew ?? false,
  });
  return Number(taken);
};

/** What is due, in tokens: `<side>:<id>`, with `!` where it is released. */
export const work = async (office: Office, run: RunRef, limit = 1_000) => {
  const { entries, free } = await office.runs.nextWork({
    run,
    stream: STREAM,
    limit,
  });
  return {
    entries,
    free,
    names: entries.map(
      (entry) =>
        `${entry.itemId || entry.recordId}${entry.released ? "!" : ""}`,
    ),
  };
};

/** What is held, as people see it. */
export const heldOf = async (office: Office, account: Account) => {
  const { entries } = await office.accounts.listHeld({
    account,
    stream: STREAM,
    limit: 1_000,
    after: 0n,
  });
  return entries;
};

export const statusOf = async (office: Office, account: Account) => {
  const { accounts } = await office.accounts.listAccounts({
    tenantId: account.tenantId,
  });
  const own = accounts.find(
    (one) => one.account?.accountId === account.accountId,
  );
  return own!.streams[0]!;
};
