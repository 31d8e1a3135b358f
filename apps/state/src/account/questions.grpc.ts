import {
  lossToWire,
  RecordKind,
  recordKindToWire,
  removalFromWire,
  removalToWire,
  streamKindToWire,
  winnerToWire,
  type AccountServiceImplementation,
  type ConflictEntry,
  type Decision as WireDecision,
  type HeldEntry,
  type RecordRef as WireRecordRef,
} from "@ams-sync/contracts";
import { withTenant, type GrpcContext } from "@ams-sync/platform";
import { streamOf, type StreamKind } from "@ams-sync/sync-core";
import { Inject, Injectable } from "@nestjs/common";
import { DataSource } from "typeorm";
import { STATE_DATABASE } from "../databases.js";
import { refusing } from "../refusal.js";
import type { RecordRef } from "../run/result.js";
import type { Decision } from "../run/slice.repository.js";
import * as read from "../wire/read.js";
import { ConflictRepository, type ConflictRow } from "./conflict.repository.js";
import { Decisions } from "./decisions.js";
import { HeldRepository, type HeldRow } from "./held.repository.js";
import { LeftRepository } from "./left.repository.js";
import { LostRepository } from "./lost.repository.js";

const LIST_MAX = 1_000;
const LIST_DEFAULT = 100;
const APPROVE_MAX = 10_000;

export type Questions =
  | "listHeld"
  | "approveHeld"
  | "listLeft"
  | "decideItem"
  | "listLost"
  | "decideLost"
  | "listConflicts";

type Own = Pick<AccountServiceImplementation<GrpcContext>, Questions>;

/** The part of AccountService that asks people and hears their answers. */
@Injectable()
export class QuestionsGrpc {
  constructor(
    @Inject(STATE_DATABASE) private readonly database: DataSource,
    private readonly decisions: Decisions,
    private readonly held: HeldRepository,
    private readonly left: LeftRepository,
    private readonly lost: LostRepository,
    private readonly conflicts: ConflictRepository,
  ) {}

  readonly implementation = refusing<Own>({
    listHeld: async (request) => {
      const account = read.account(request.account, "account");
      const stream = read.streamKind(request.stream, "stream");
      const limit = limitOf(request.limit);
      const after = read.integer(request.after, "after");
      const rows = await withTenant(this.database, account.tenantId, (to) =>
        this.held.list(to, account, stream, limit, after),
      );
      return { entries: rows.map(heldToWire) };
    },
    approveHeld: async (request) => {
      const account = read.account(request.account, "account");
      const stream = read.streamKind(request.stream, "stream");
      read.within(request.entries.length, "entries", 1, APPROVE_MAX);
      const entries = request.entries.map(
        ({ entryId, position, removal, fields }, index) => ({
          entryId: read.integer(entryId, `entries[${index}].entry_id`),
          position: read.integer(position, `entries[${index}].position`),
          removal: read.known(
            removalFromWire(removal),
            `entries[${index}].removal`,
          ),
          fields,
        }),
      );
      const approved = await this.decisions.store(account, (manager) =>
        this.held.approve(manager, account, stream, entries),
      );
      return { approved: BigInt(approved) };
    },
    listLeft: async (request) => {
      const account = read.account(request.account, "account");
      const stream = read.streamKind(request.stream, "stream");
      const limit = limitOf(request.limit);
      const after = read.text(request.after, "after", { least: 0 });
      const rows = await withTenant(this.database, account.tenantId, (to) =>
        this.left.list(to, account, stream, limit, after),
      );
      return {
        items: rows.map(({ candidates, ...item }) => ({
          ...item,
          candidates: candidates.map(refToWire),
        })),
      };
    },
    decideItem: async (request) => {
      const account = read.account(request.account, "account");
      const stream = read.streamKind(request.stream, "stream");
      const itemId = read.text(request.itemId, "item_id");
      const decision = decisionOf(request.decision, stream);
      await this.decisions.store(account, (manager) =>
        this.left.decide(manager, account, stream, itemId, decision),
      );
      return {};
    },
    listLost: async (request) => {
      const account = read.account(request.account, "account");
      const stream = read.streamKind(request.stream, "stream");
      const limit = limitOf(request.limit);
      const after =
        request.after === undefined
          ? undefined
          : read.recordOf(request.after, stream, "after");
      const rows = await withTenant(this.database, account.tenantId, (to) =>
        this.lost.list(to, account, stream, limit, after),
      );
      return {
        items: rows.map(({ itemId, lost, lostAt, ...record }) => ({
          ...{ record: refToWire(record), itemId, lostAt },
          lost: lossToWire(lost),
        })),
      };
    },
    decideLost: async (request) => {
      const account = read.account(request.account, "account");
      if (request.record === undefined)
        throw read.invalid("record", "is missing");
      const kind = read.recordKind(request.record.kind, "record.kind");
      const record = read.recordOf(request.record, streamOf(kind), "record");
      await this.decisions.store(account, (manager) =>
        this.lost.decide(manager, account, record, request.restore),
      );
      return {};
    },
    listConflicts: async (request) => {
      const account = read.account(request.account, "account");
      const limit = limitOf(request.limit);
      const after = read.integer(request.after, "after");
      const rows = await withTenant(this.database, account.tenantId, (to) =>
        this.conflicts.list(to, account, limit, after),
      );
      return { conflicts: rows.map(conflictToWire) };
    },
  });
}

const limitOf = (limit: number): number =>
  read.within(limit, "limit", 0, LIST_MAX) || LIST_DEFAULT;

const decisionOf = (
  decision: WireDecision | undefined,
  stream: StreamKind,
): Decision => {
  const answer = decision?.answer;
  switch (answer?.$case) {
    case "link":
      return {
        answer: "link",
        ...read.recordOf(answer.value, stream, "decision.link"),
      };
    case "create":
    case "leave":
      return { answer: answer.$case };
    case undefined:
      throw read.invalid("decision", "is missing or unknown");
  }
};

const refToWire = ({ kind, recordId }: RecordRef): WireRecordRef => ({
  kind: recordKindToWire(kind),
  recordId,
});

const heldToWire = (row: HeldRow): HeldEntry => ({
  entryId: BigInt(row.entryId),
  position: BigInt(row.position),
  kind: row.kind === null ? RecordKind.UNSPECIFIED : recordKindToWire(row.kind),
  recordId: row.recordId ?? "",
  itemId: row.itemId ?? "",
  removal: removalToWire(row.removal),
  approved: row.approved,
  fields: [...row.fields],
});

const conflictToWire = (row: ConflictRow): ConflictEntry => ({
  conflictId: BigInt(row.conflictId),
  stream: streamKindToWire(row.stream),
  record: refToWire(row),
  itemId: row.itemId,
  conflict: {
    field: row.field,
    winner: winnerToWire(row.winner),
    ams: row.ams ?? undefined,
    remote: row.remote ?? undefined,
  },
  at: row.at,
  runId: row.runId,
});
