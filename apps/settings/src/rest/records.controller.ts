import { recordNames, RIGHTS } from "@ams-sync/ams";
import {
  Called,
  Endpoint,
  endpoint,
  type CallOf,
} from "@ams-sync/platform/rest";
import { RECORD_KINDS } from "@ams-sync/sync-core";
import { Controller, Inject } from "@nestjs/common";
import { z } from "zod";
import { amsId } from "../field-rules.js";
import { PARTS, PREFIX, type Parts } from "./parts.js";
import { BOTH } from "./people.js";

const recordRef = z
  .strictObject({ kind: z.enum(RECORD_KINDS), recordId: amsId })
  .meta({ id: "RecordRef" });

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

@Controller(PREFIX)
export class RecordsController {
  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  @Endpoint(NAMES)
  async names(
    @Called() { person, body }: CallOf<typeof NAMES>,
  ): Promise<z.input<(typeof NAMES)["answer"]>> {
    const { people } = this.parts;
    const { departmentId, rights } = await people.get(person);
    const seesDepartment = rights.includes(RIGHTS.departmentAppointments);
    const keys = body.records.map(({ kind, recordId }) => ({
      ...{ kind, id: recordId },
    }));
    const names = await people.in(person.tenantId, (manager) =>
      recordNames(manager, keys, {
        userId: person.userId,
        departmentId: seesDepartment ? departmentId : null,
      }),
    );
    return { names: names ?? [] };
  }
}
