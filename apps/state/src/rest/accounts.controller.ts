import { withTenant } from "@ams-sync/platform";
import {
  Called,
  Endpoint,
  endpoint,
  notFound,
  Problem,
  type CallOf,
} from "@ams-sync/platform/rest";
import { Controller, Inject } from "@nestjs/common";
import { DataSource } from "typeorm";
import { z } from "zod";
import { AccountRepository } from "../account/account.repository.js";
import { Decisions } from "../account/decisions.js";
import { RunsRepository } from "../account/runs.repository.js";
import { StatusRepository } from "../account/status.repository.js";
import { STATE_DATABASE } from "../databases.js";
import { accountOf, known } from "./known.js";
import { next } from "./page.js";
import { BOTH, PREFIX } from "./parts.js";
import {
  accountPage,
  entryPage,
  ofAccount,
  ofStream,
  pageOf,
  run,
  runPage,
  setAside,
  status,
} from "./schemas.js";
import { told } from "./told.js";
import { runOut, setAsideOut, statusOut } from "./wire.js";

const LIST = endpoint({
  method: "get",
  path: "accounts",
  id: "listAccounts",
  summary: "How the accounts of the brokerage are",
  who: BOTH,
  query: accountPage,
  answer: pageOf("accounts", status),
});
const READ = endpoint({
  method: "get",
  path: "accounts/:accountId",
  id: "readStatus",
  summary: "How one account is",
  who: BOTH,
  params: ofAccount,
  answer: status,
});
const RUNS = endpoint({
  method: "get",
  path: "accounts/:accountId/runs",
  id: "listRuns",
  summary: "What its runs did, newest first; idle=false: without idle ones",
  who: BOTH,
  params: ofAccount,
  query: runPage,
  answer: pageOf("runs", run),
});
const SET_ASIDE = endpoint({
  method: "get",
  path: "accounts/:accountId/set-aside",
  id: "listSetAside",
  summary: "Entries that failed and wait, and why",
  who: BOTH,
  params: ofAccount,
  query: entryPage,
  answer: pageOf("entries", setAside),
});
const SYNC = endpoint({
  method: "post",
  path: "accounts/:accountId/sync-now",
  id: "syncNow",
  summary: "Has both sides asked at once, or as soon as the server allows",
  who: BOTH,
  params: ofAccount,
  status: 202,
  answer: z.object({ dueAt: z.iso.datetime() }),
  problems: ["conflict"],
});
const RESET = endpoint({
  method: "post",
  path: "accounts/:accountId/reset",
  id: "resetStream",
  summary: "Compares all of a kind anew; makes no duplicates (R43 to R45)",
  who: BOTH,
  params: ofAccount,
  body: ofStream,
  status: 202,
  answer: z.object({ links: z.int(), message: z.string() }),
  problems: ["conflict"],
});

@Controller(PREFIX)
export class AccountsController {
  constructor(
    @Inject(STATE_DATABASE) private readonly database: DataSource,
    @Inject(StatusRepository) private readonly statuses: StatusRepository,
    @Inject(RunsRepository) private readonly history: RunsRepository,
    @Inject(AccountRepository) private readonly accounts: AccountRepository,
    @Inject(Decisions) private readonly decisions: Decisions,
  ) {}

  @Endpoint(LIST)
  async list(
    @Called() { person, query, language }: CallOf<typeof LIST>,
  ): Promise<z.input<(typeof LIST)["answer"]>> {
    const { tenantId } = person;
    const rows = await withTenant(this.database, tenantId, (manager) =>
      this.statuses.page(manager, tenantId, query),
    );
    return {
      accounts: rows.map((row) => statusOut(row, language)),
      next: next(rows, query.limit, ({ accountId }) => accountId),
    };
  }

  @Endpoint(READ)
  async read(
    @Called() { person, params, language }: CallOf<typeof READ>,
  ): Promise<z.input<typeof status>> {
    const account = accountOf(person, params);
    const row = await withTenant(this.database, person.tenantId, (manager) =>
      this.statuses.find(manager, account),
    );
    if (row === undefined) throw notFound();
    return statusOut(row, language);
  }

  @Endpoint(RUNS)
  async runs(
    @Called() { person, params, query, language }: CallOf<typeof RUNS>,
  ): Promise<z.input<(typeof RUNS)["answer"]>> {
    const account = accountOf(person, params);
    const [startedMicros, runId] = query.after?.split("_") ?? [];
    const after =
      startedMicros === undefined || runId === undefined
        ? undefined
        : { startedMicros, runId };
    const rows = await known(this.database, account, (manager) =>
      this.history.list(manager, account, { ...query, after }),
    );
    return {
      runs: rows.map((row) => runOut(row, language)),
      next: next(
        rows,
        query.limit,
        (row) => `${row.startedMicros}_${row.runId}`,
      ),
    };
  }

  @Endpoint(SET_ASIDE)
  async setAside(
    @Called() { person, params, query, language }: CallOf<typeof SET_ASIDE>,
  ): Promise<z.input<(typeof SET_ASIDE)["answer"]>> {
    const account = accountOf(person, params);
    const after = BigInt(query.after ?? 0);
    const rows = await known(this.database, account, (manager) =>
      this.statuses.setAside(manager, account, query.limit, after),
    );
    return {
      entries: rows.map((row) => setAsideOut(row, language)),
      next: next(rows, query.limit, ({ entryId }) => entryId),
    };
  }

  @Endpoint(SYNC)
  async syncNow(
    @Called() { person, params }: CallOf<typeof SYNC>,
  ): Promise<{ dueAt: string }> {
    const account = accountOf(person, params);
    const dueAt = await told(
      this.decisions.store(account, (manager) =>
        this.accounts.askNow(manager, account),
      ),
    );
    if (dueAt === null) throw parked();
    return { dueAt: dueAt.toISOString() };
  }

  @Endpoint(RESET)
  async reset(
    @Called() { person, params, body, language }: CallOf<typeof RESET>,
  ): Promise<z.input<(typeof RESET)["answer"]>> {
    const account = accountOf(person, params);
    const links = await told(
      this.decisions.store(account, async (manager) => {
        const before = await this.statuses.find(manager, account);
        const stream = before?.streams.find(({ kind }) => kind === body.stream);
        if (stream === undefined) throw streamOff();
        await this.accounts.reset(manager, account, body.stream, true);
        return stream.links;
      }),
    );
    return { links, message: RESETS[language] };
  }
}

const RESETS = {
  de: "Alles wird neu verglichen. Was dabei zu ändern wäre, sehen Sie vorher; bis Sie zustimmen, wird nichts geändert. Was schon dort ist, wird wiedererkannt; doppelt angelegt wird nichts.",
  en: "All is compared anew. You will see what would be changed; until you agree nothing is. What is there already is recognised; nothing is made twice.",
};

const parked = (): Problem =>
  new Problem("conflict", {
    detail: {
      de: "Für dieses Konto ruht die Übertragung: Es braucht ein neues Kennwort, oder Kontakte und Termine sind ausgeschaltet.",
      en: "The transfer rests for this account: it needs a new password, or contacts and appointments are turned off.",
    },
  });

const streamOff = (): Problem =>
  new Problem("conflict", {
    detail: {
      de: "Für dieses Konto ist diese Art der Synchronisation ausgeschaltet; es gibt nichts zurückzusetzen.",
      en: "This kind of synchronisation is turned off for this account; there is nothing to reset.",
    },
  });
