import type { ClientBase } from "pg";
import { RecordKind, type Change } from "@ams-sync/contracts";
import type { Touch } from "../batch/batcher.js";
import { untilVisible } from "./visible.js";

const PAGE = 1_000;

/** What a change of one row means for others is looked up in ams as it is now: truth is read, not carried. */
export class AmsReader {
  constructor(private readonly client: ClientBase) {}

  /** See `untilVisible`. */
  visible(xids: readonly number[], signal: AbortSignal): Promise<void> {
    return untilVisible(this.client, xids, signal);
  }

  /**
   * Changes of those touched customers that exist. The others were deleted,
   * often by the very transaction that took their tags away; a change after
   * their tombstone would bring them back.
   */
  async existing(touches: readonly Touch[]): Promise<Change[]> {
    if (touches.length === 0) return [];
    const { rows } = await this.client.query<{ n: number }>(
      `select t.n::int as n
       from unnest($1::uuid[], $2::bigint[]) with ordinality as t (tenant_id, customer_id, n)
       join ams.customer using (tenant_id, customer_id) order by t.n`,
      [
        touches.map(({ tenantId }) => tenantId),
        touches.map(({ customerId }) => customerId),
      ],
    );
    return rows.flatMap(({ n }) => {
      const touch = touches[n - 1];
      if (touch === undefined) return [];
      const { tenantId, customerId, committedAt, traceParent } = touch;
      return [
        {
          tenantId,
          kind: RecordKind.CUSTOMER,
          recordId: customerId,
          deleted: false,
          committedAt,
          traceParent,
        },
      ];
    });
  }

  /** Customers that carry the tag, page by page. */
  async *carriers(
    tenantId: string,
    tagId: string,
  ): AsyncGenerator<readonly string[]> {
    let last = "-9223372036854775808";
    for (;;) {
      const { rows } = await this.client.query<{ customer_id: string }>(
        `select customer_id::text from ams.customer_tag
         where tenant_id = $1 and tag_id = $2 and customer_id > $3
         order by ams.customer_tag.customer_id limit ${PAGE}`,
        [tenantId, tagId, last],
      );
      if (rows.length > 0) yield rows.map((row) => row.customer_id);
      const end = rows.at(-1);
      if (end === undefined || rows.length < PAGE) return;
      last = end.customer_id;
    }
  }
}
