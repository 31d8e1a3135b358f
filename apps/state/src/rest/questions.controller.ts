import {
  Called,
  Endpoint,
  endpoint,
  type CallOf,
} from "@ams-sync/platform/rest";
import type { RecordKind } from "@ams-sync/sync-core";
import { Controller, Inject } from "@nestjs/common";
import { DataSource } from "typeorm";
import { z } from "zod";
import { AccountRepository } from "../account/account.repository.js";
import { ConflictRepository } from "../account/conflict.repository.js";
import { Decisions } from "../account/decisions.js";
import { HeldRepository } from "../account/held.repository.js";
import { LeftRepository } from "../account/left.repository.js";
import { LostRepository } from "../account/lost.repository.js";
import { STATE_DATABASE } from "../databases.js";
import type { Decision } from "../run/slice.repository.js";
import { hiddenFrom, notToChoose } from "./hidden.js";
import { accountOf, known } from "./known.js";
import { next } from "./page.js";
import { BOTH, PREFIX } from "./parts.js";
import { SIGHT, type Sight } from "./rights.js";
import {
  approval,
  conflict,
  entryPage,
  held,
  heldPage,
  left,
  leftDecision,
  lost,
  lostDecision,
  lostPage,
  ofAccount,
  ofConflict,
  pageOf,
  streamPage,
} from "./schemas.js";
import { CHANGED_SINCE, HAS_ITEM, RECORD_GONE } from "./refused-text.js";
import { told } from "./told.js";
import { conflictOut, heldOut, leftOut, lostOut } from "./wire.js";

const ofOne = { who: BOTH, params: ofAccount } as const;

const HELD = endpoint({
  ...ofOne,
  method: "get",
  path: "accounts/:accountId/held",
  id: "listHeld",
  summary: "What a held stream would delete or empty",
  query: heldPage,
  answer: pageOf("entries", held),
});
const APPROVE = endpoint({
  ...ofOne,
  method: "post",
  path: "accounts/:accountId/held/approve",
  id: "approveHeld",
  summary: "Lets exactly these go, as shown; changed ones are left out",
  body: approval,
  answer: z.object({ approved: z.int() }),
});
const LEFT = endpoint({
  ...ofOne,
  method: "get",
  path: "accounts/:accountId/left",
  id: "listLeft",
  summary: "Items there that belong to no record, and why",
  query: streamPage,
  answer: pageOf("items", left),
});
const DECIDE_LEFT = endpoint({
  ...ofOne,
  method: "post",
  path: "accounts/:accountId/left/decide",
  id: "decideLeft",
  summary: "What such an item is",
  body: leftDecision,
  status: 204,
  problems: ["conflict"],
});
const LOST = endpoint({
  ...ofOne,
  method: "get",
  path: "accounts/:accountId/lost",
  id: "listLost",
  summary: "Records whose items were deleted there (R50)",
  query: lostPage,
  answer: pageOf("items", lost),
});
const DECIDE_LOST = endpoint({
  ...ofOne,
  method: "post",
  path: "accounts/:accountId/lost/decide",
  id: "decideLost",
  summary: "Restores such an item, or leaves it away",
  body: lostDecision,
  status: 204,
  problems: ["conflict"],
});
const CONFLICTS = endpoint({
  ...ofOne,
  method: "get",
  path: "accounts/:accountId/conflicts",
  id: "listConflicts",
  summary: "Values that gave way where both sides had changed, newest first",
  query: entryPage,
  answer: pageOf("conflicts", conflict),
});

const TAKE_BACK = endpoint({
  method: "post",
  path: "accounts/:accountId/conflicts/:conflictId/take-back",
  id: "takeBack",
  summary: "Has the value that lost written to both sides (R18 to R20)",
  who: BOTH,
  params: ofConflict,
  status: 202,
  problems: ["conflict"],
});

/** What people are asked, and what they answer. */
@Controller(PREFIX)
export class QuestionsController {
  constructor(
    @Inject(STATE_DATABASE) private readonly database: DataSource,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(HeldRepository) private readonly heldBack: HeldRepository,
    @Inject(LeftRepository) private readonly leftOnes: LeftRepository,
    @Inject(LostRepository) private readonly lostOnes: LostRepository,
    @Inject(ConflictRepository) private readonly journal: ConflictRepository,
    @Inject(AccountRepository) private readonly accounts: AccountRepository,
    @Inject(SIGHT) private readonly sight: Sight,
  ) {}

  @Endpoint(HELD)
  async held(
    @Called() { person, params, query, language }: CallOf<typeof HELD>,
  ): Promise<z.input<(typeof HELD)["answer"]>> {
    const account = accountOf(person, params);
    const { stream, limit, after = "0" } = query;
    const rows = await known(this.database, account, (manager) =>
      this.heldBack.list(manager, account, stream, limit, BigInt(after)),
    );
    return {
      entries: rows.map((row) => heldOut(row, language)),
      next: next(rows, limit, ({ entryId }) => entryId),
    };
  }

  @Endpoint(APPROVE)
  async approve(
    @Called() { person, params, body }: CallOf<typeof APPROVE>,
  ): Promise<{ approved: number }> {
    const account = accountOf(person, params);
    const entries = body.entries.map((entry) => ({
      ...entry,
      entryId: BigInt(entry.entryId),
      position: BigInt(entry.position),
    }));
    const approved = await told(
      this.decisions.store(account, (manager) =>
        this.heldBack.approve(manager, account, body.stream, entries),
      ),
    );
    return { approved };
  }

  @Endpoint(LEFT)
  async left(
    @Called() { person, params, query, language }: CallOf<typeof LEFT>,
  ): Promise<z.input<(typeof LEFT)["answer"]>> {
    const account = accountOf(person, params);
    const { stream, limit, after = "" } = query;
    const rows = await known(this.database, account, (manager) =>
      this.leftOnes.list(manager, account, stream, limit, after),
    );
    return {
      items: rows.map((row) => leftOut(row, language)),
      next: next(rows, limit, ({ itemId }) => itemId),
    };
  }

  @Endpoint(DECIDE_LEFT)
  async decideLeft(
    @Called() { person, params, body }: CallOf<typeof DECIDE_LEFT>,
  ): Promise<void> {
    const account = accountOf(person, params);
    const decision = decisionOf(body.decision);
    await told(
      this.decisions.store(account, (manager) =>
        this.leftOnes.decide(
          manager,
          account,
          body.stream,
          body.itemId,
          decision,
        ),
      ),
      HAS_ITEM,
    );
  }

  @Endpoint(LOST)
  async lost(
    @Called() { person, params, query }: CallOf<typeof LOST>,
  ): Promise<z.input<(typeof LOST)["answer"]>> {
    const account = accountOf(person, params);
    const { stream, limit, after } = query;
    const [kind, recordId] = after?.split("_") ?? [];
    const place =
      kind === undefined || recordId === undefined
        ? undefined
        : // The query's pattern names these words only.
          { kind: kind as RecordKind, recordId };
    const rows = await known(this.database, account, (manager) =>
      this.lostOnes.list(manager, account, stream, limit, place),
    );
    return {
      items: rows.map(lostOut),
      next: next(rows, limit, (row) => `${row.kind}_${row.recordId}`),
    };
  }

  @Endpoint(DECIDE_LOST)
  async decideLost(
    @Called() { person, params, body }: CallOf<typeof DECIDE_LOST>,
  ): Promise<void> {
    const account = accountOf(person, params);
    await told(
      this.decisions.store(account, (manager) =>
        this.lostOnes.decide(manager, account, body.record, body.restore),
      ),
      RECORD_GONE,
    );
  }

  @Endpoint(CONFLICTS)
  async conflicts(
    @Called() { person, params, query, language }: CallOf<typeof CONFLICTS>,
  ): Promise<z.input<(typeof CONFLICTS)["answer"]>> {
    const account = accountOf(person, params);
    const { limit, after = "0" } = query;
    const { rows, ownerId } = await known(
      this.database,
      account,
      async (manager) => ({
        rows: await this.journal.list(manager, account, limit, BigInt(after)),
        ownerId: await this.accounts.ownerOf(manager, account),
      }),
    );
    const hidden = await hiddenFrom(this.sight, person, ownerId, rows);
    return {
      conflicts: rows.map((row) => conflictOut(row, language, hidden(row))),
      next: next(rows, limit, ({ conflictId }) => conflictId),
    };
  }

  @Endpoint(TAKE_BACK)
  async takeBack(
    @Called() { person, params }: CallOf<typeof TAKE_BACK>,
  ): Promise<void> {
    const account = accountOf(person, params);
    const conflictId = BigInt(params.conflictId);
    const { rows, ownerId } = await known(
      this.database,
      account,
      async (manager) => ({
        rows: [await this.journal.find(manager, account, conflictId)].filter(
          (row) => row !== undefined,
        ),
        ownerId: await this.accounts.ownerOf(manager, account),
      }),
    );
    const hidden = await hiddenFrom(this.sight, person, ownerId, rows);
    if (rows.some(hidden)) throw notToChoose();
    await told(
      this.decisions.store(account, (manager) =>
        this.journal.takeBack(manager, account, conflictId),
      ),
      CHANGED_SINCE,
    );
  }
}

const decisionOf = (
  decision: z.output<typeof leftDecision>["decision"],
): Decision => {
  if (typeof decision === "object")
    return { answer: "link", ...decision.linkTo };
  return { answer: decision === "import" ? "create" : "leave" };
};
