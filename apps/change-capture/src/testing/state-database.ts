import type { Client } from "pg";

/** state's own tables, seen as the superuser whom row-level security does not bind. */
export class StateDatabase {
  constructor(
    readonly client: Client,
    private readonly url: (login: string) => string,
    private readonly password: string,
  ) {}

  /** As the hoster would, one member per group role. */
  async makeLogins(): Promise<void> {
    for (const group of GROUPS)
      await this.client.query(
        `create role ${group}_login login password '${this.password}' in role ${group}`,
      );
  }

  loginUrl(group: (typeof GROUPS)[number]): string {
    return this.url(`${group}_login`);
  }

  async source(name: string): Promise<{
    epoch: number;
    status: string;
    lastLsn: bigint;
    position: number;
  }> {
    const { rows } = await this.client.query(
      "select epoch::int, status, last_lsn::text, position::int from state.source where name = $1",
      [name],
    );
    const { last_lsn: lastLsn, ...rest } = rows[0];
    return { ...rest, lastLsn: BigInt(lastLsn) };
  }

  async liveCustomers(tenantId: string): Promise<string[]> {
    const { rows } = await this.client.query(
      "select record_id::text as id from state.feed where tenant_id = $1 and kind = 'customer' and not deleted order by record_id",
      [tenantId],
    );
    return rows.map((row) => row.id);
  }

  async traceParent(tenantId: string, recordId: string): Promise<string> {
    const { rows } = await this.client.query(
      "select trace_parent from state.feed where tenant_id = $1 and record_id = $2",
      [tenantId, recordId],
    );
    return rows[0].trace_parent;
  }
}

const GROUPS = [
  "ams_sync_state",
  "ams_sync_schedule",
  "ams_sync_queue",
] as const;
