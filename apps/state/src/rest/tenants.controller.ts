import {
  Called,
  Endpoint,
  endpoint,
  type CallOf,
} from "@ams-sync/platform/rest";
import { Controller, Inject } from "@nestjs/common";
import type { z } from "zod";
import { ScheduleRepository } from "../sweep/schedule.repository.js";
import { next } from "./page.js";
import { PREFIX } from "./parts.js";
import { pageOf, tenant, tenantPage } from "./schemas.js";

const LIST = endpoint({
  method: "get",
  path: "tenants",
  id: "listTenants",
  summary: "All brokerages, in figures",
  who: "hoster",
  query: tenantPage,
  answer: pageOf("tenants", tenant),
});

/** Of the hoster, who sees nobody's data. */
@Controller(PREFIX)
export class TenantsController {
  constructor(
    @Inject(ScheduleRepository) private readonly schedule: ScheduleRepository,
  ) {}

  @Endpoint(LIST)
  async list(
    @Called() { query }: CallOf<typeof LIST>,
  ): Promise<z.input<(typeof LIST)["answer"]>> {
    const rows = await this.schedule.tenants(query);
    return {
      tenants: rows.map(({ oldestSuccessAt, ...row }) => ({
        ...row,
        oldestSuccessAt: oldestSuccessAt?.toISOString() ?? null,
      })),
      next: next(rows, query.limit, ({ tenantId }) => tenantId),
    };
  }
}
