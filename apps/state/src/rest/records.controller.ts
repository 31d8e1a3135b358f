import {
  Called,
  Endpoint,
  endpoint,
  notFound,
  type CallOf,
} from "@ams-sync/platform/rest";
import { Controller, Inject } from "@nestjs/common";
import { DataSource } from "typeorm";
import type { z } from "zod";
import { RecordRepository } from "../account/record.repository.js";
import { StatusRepository } from "../account/status.repository.js";
import { STATE_DATABASE } from "../databases.js";
import { accountOf, known } from "./known.js";
import { BOTH, PREFIX } from "./parts.js";
import { recordOut } from "./record-out.js";
import { ofRecord, recordState } from "./schemas.js";
import { statusOut } from "./wire.js";

const READ = endpoint({
  method: "get",
  path: "accounts/:accountId/records/:kind/:recordId",
  id: "readRecordState",
  summary:
    "What is known of one record: linked, waiting, set aside, held, asked about",
  who: BOTH,
  params: ofRecord,
  answer: recordState,
});

@Controller(PREFIX)
export class RecordsController {
  constructor(
    @Inject(STATE_DATABASE) private readonly database: DataSource,
    @Inject(StatusRepository) private readonly statuses: StatusRepository,
    @Inject(RecordRepository) private readonly records: RecordRepository,
  ) {}

  @Endpoint(READ)
  async read(
    @Called() { person, params, language }: CallOf<typeof READ>,
  ): Promise<z.input<typeof recordState>> {
    const account = accountOf(person, params);
    const { kind, recordId } = params;
    const record = { kind, recordId };
    return known(this.database, account, async (manager) => {
      const status = await this.statuses.find(manager, account);
      if (status === undefined) throw notFound();
      const found = await this.records.find(manager, account, record);
      return {
        ...recordOut(record, found, language),
        account: statusOut(status, language),
      };
    });
  }
}
