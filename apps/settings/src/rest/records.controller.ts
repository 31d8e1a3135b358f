import { findRecords, recordNames, type Asking } from "@ams-sync/ams";
import {
  Called,
  Endpoint,
  endpoint,
  type CallOf,
} from "@ams-sync/platform/rest";
import type { Person } from "@ams-sync/platform/sign-in";
import { RECORD_KINDS } from "@ams-sync/sync-core";
import { Controller, Inject } from "@nestjs/common";
import { z } from "zod";
import { amsId } from "../field-rules.js";
import { PARTS, PREFIX, type Parts } from "./parts.js";
import { askingOf, BOTH } from "./people.js";
import { ofAccount, recordRef } from "./schemas.js";
import { verdict, verdictOn } from "./verdict.js";

const NAMES = endpoint({
  method: "post",
  path: "records/names",
  id: "nameRecords",
  summary:
    "What records of the brokerage are called; those that are gone are missing",
  who: BOTH,
  body: z.strictObject({ records: z.array(recordRef).min(1).max(200) }),
  answer: z.object({ names: z.array(recordRef.extend({ name: z.string() })) }),
});

const FIND = endpoint({
  method: "get",
  path: "records",
  id: "findRecords",
  summary:
    "Records by part of a name, a customer's number or a day; those that the caller may see",
  who: BOTH,
  query: z.object({
    search: z.string().trim().min(1).max(100),
    kind: z.enum(RECORD_KINDS).optional(),
    limit: z.coerce.number().int().min(1).max(50).default(20),
  }),
  answer: z.object({
    records: z.array(recordRef.extend({ name: z.string() })),
  }),
});
const SCOPE = endpoint({
  method: "get",
  path: "accounts/:accountId/scope",
  id: "whyNot",
  summary:
    "Whether the account sends a record; if not, why, and which setting decides it",
  who: BOTH,
  params: ofAccount,
  query: z.object({ kind: z.enum(RECORD_KINDS), recordId: amsId }),
  answer: verdict,
});

@Controller(PREFIX)
export class RecordsController {
  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  @Endpoint(FIND)
  async find(
    @Called() { person, query }: CallOf<typeof FIND>,
  ): Promise<z.input<(typeof FIND)["answer"]>> {
    const { people } = this.parts;
    const asking = await this.#asking(person);
    const found = await people.in(person.tenantId, async (manager) =>
      recordNames(
        manager,
        await findRecords(manager, { ...query, ...asking }),
        asking,
      ),
    );
    return { records: found ?? [] };
  }

  @Endpoint(SCOPE)
  async scope(
    @Called() { person, params, query, language }: CallOf<typeof SCOPE>,
  ): Promise<z.input<typeof verdict>> {
    const account = await this.parts.accounts.find(person, params.accountId);
    return verdictOn(this.parts.people, account, query, language);
  }

  @Endpoint(NAMES)
  async names(
    @Called() { person, body }: CallOf<typeof NAMES>,
  ): Promise<z.input<(typeof NAMES)["answer"]>> {
    const { people } = this.parts;
    const asking = await this.#asking(person);
    const keys = body.records.map(({ kind, recordId }) => ({
      ...{ kind, id: recordId },
    }));
    const names = await people.in(person.tenantId, (manager) =>
      recordNames(manager, keys, asking),
    );
    return { names: names ?? [] };
  }

  async #asking(person: Person): Promise<Asking> {
    return askingOf(await this.parts.people.get(person));
  }
}
