import {
  Called,
  Endpoint,
  endpoint,
  type CallOf,
} from "@ams-sync/platform/rest";
import { Controller, Inject } from "@nestjs/common";
import { DataSource } from "typeorm";
import { z } from "zod";
import { Decisions } from "../account/decisions.js";
import { PreviewRepository } from "../account/preview.repository.js";
import { STATE_DATABASE } from "../databases.js";
import { accountOf, known } from "./known.js";
import { next } from "./page.js";
import { BOTH, PREFIX } from "./parts.js";
import { pageOf } from "./schemas.js";
import {
  consent,
  preview,
  previewEntry,
  previewOut,
  previewPage,
  previewEntryOut,
  previewStream,
} from "./preview-schemas.js";
import { ofAccount } from "./schemas.js";
import { told } from "./told.js";

const ofOne = { who: BOTH, params: ofAccount } as const;

const READ = endpoint({
  ...ofOne,
  method: "get",
  path: "accounts/:accountId/preview",
  id: "readPreview",
  summary: "What a save, a reset or a first connection would do, counted",
  query: previewStream,
  answer: preview,
});
const ENTRIES = endpoint({
  ...ofOne,
  method: "get",
  path: "accounts/:accountId/preview/entries",
  id: "listPreview",
  summary: "The same one by one",
  query: previewPage,
  answer: pageOf("entries", previewEntry),
});
const APPLY = endpoint({
  ...ofOne,
  method: "post",
  path: "accounts/:accountId/preview/apply",
  id: "applyPreview",
  summary: "Has it done as it was shown, and nothing removed beyond that",
  body: consent,
  status: 202,
  answer: z.object({ applied: z.int() }),
  problems: ["conflict"],
});

/** What waits for a person's consent. */
@Controller(PREFIX)
export class PreviewController {
  constructor(
    @Inject(STATE_DATABASE) private readonly database: DataSource,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(PreviewRepository) private readonly previews: PreviewRepository,
  ) {}

  @Endpoint(READ)
  async read(
    @Called() { person, params, query, language }: CallOf<typeof READ>,
  ): Promise<z.input<typeof preview>> {
    const account = accountOf(person, params);
    const row = await told(
      known(this.database, account, (manager) =>
        this.previews.find(manager, account, query.stream),
      ),
    );
    return previewOut(query.stream, row, language);
  }

  @Endpoint(ENTRIES)
  async entries(
    @Called() { person, params, query, language }: CallOf<typeof ENTRIES>,
  ): Promise<z.input<(typeof ENTRIES)["answer"]>> {
    const account = accountOf(person, params);
    const { limit, after = "0" } = query;
    const rows = await known(this.database, account, (manager) =>
      this.previews.list(manager, account, { ...query, after: BigInt(after) }),
    );
    return {
      entries: rows.map((row) => previewEntryOut(row, language)),
      next: next(rows, limit, ({ entryId }) => entryId),
    };
  }

  @Endpoint(APPLY)
  async apply(
    @Called() { person, params, body }: CallOf<typeof APPLY>,
  ): Promise<{ applied: number }> {
    const account = accountOf(person, params);
    const applied = await told(
      this.decisions.store(account, (manager) =>
        this.previews.apply(manager, account, body.stream, BigInt(body.number)),
      ),
      CHANGED_SINCE,
    );
    return { applied };
  }
}

const CHANGED_SINCE = {
  de: "Was geschehen würde, hat sich geändert, seit Sie es gesehen haben, oder wird noch ermittelt. Bitte sehen Sie es sich noch einmal an.",
  en: "What would be done has changed since you looked, or is still being worked out. Please look at it once more.",
};
