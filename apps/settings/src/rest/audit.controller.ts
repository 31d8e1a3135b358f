import { withTenant } from "@ams-sync/platform";
import {
  Called,
  Endpoint,
  endpoint,
  type CallOf,
} from "@ams-sync/platform/rest";
import { Controller, Inject } from "@nestjs/common";
import { z } from "zod";
import { audit } from "../audit/audit.repository.js";
import { PARTS, PREFIX, type Parts } from "./parts.js";
import { BOTH } from "./people.js";
import { auditEntry, auditPage } from "./schemas.js";

const LIST = endpoint({
  method: "get",
  path: "audit",
  id: "listAudit",
  summary: "Who changed what from what to what, newest first",
  who: BOTH,
  query: auditPage,
  answer: z.object({
    entries: z.array(auditEntry),
    next: z.string().nullable(),
  }),
});

@Controller(PREFIX)
export class AuditController {
  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  @Endpoint(LIST)
  async list(
    @Called() { person, query }: CallOf<typeof LIST>,
  ): Promise<unknown> {
    const entries = await withTenant(
      this.parts.dataSource,
      person.tenantId,
      (manager) => audit.list(manager, query),
    );
    return {
      entries,
      next:
        entries.length < query.limit ? null : (entries.at(-1)?.entryId ?? null),
    };
  }
}
