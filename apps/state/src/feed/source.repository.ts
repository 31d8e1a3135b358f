import { Injectable } from "@nestjs/common";
import type { EntityManager } from "typeorm";
import { SourceEntity } from "../entities/source.entity.js";
import { Refusal } from "../refusal.js";

type Settable = Partial<
  Pick<
    SourceEntity,
    | "epoch"
    | "lastLsn"
    | "position"
    | "writer"
    | "appends"
    | "status"
    | "stopCode"
    | "stopMessage"
  >
>;

@Injectable()
export class SourceRepository {
  /**
   * Makes the source at first sight. A writer, if one is named, is from then on the only one.
   * @throws Refusal when the name belongs to another database
   */
  async open(
    manager: EntityManager,
    name: string,
    systemIdentifier: string,
    writer: string,
  ): Promise<SourceEntity> {
    await manager.query(
      `insert into state.source (name, system_identifier) values ($1, $2) on conflict (name) do nothing`,
      [name, systemIdentifier],
    );
    const source = await manager.findOneByOrFail(SourceEntity, { name });
    if (source.systemIdentifier !== systemIdentifier)
      throw new Refusal(
        "not-now",
        `The source "${name}" is another database: known as ${source.systemIdentifier}, opened as ${systemIdentifier}.`,
      );
    if (writer === "") return source;
    // Waits for an append that is under way; what this answers is from after it.
    await this.lock(manager, name);
    await this.store(manager, source, { writer, appends: "0" });
    return manager.findOneByOrFail(SourceEntity, { name });
  }

  /**
   * The source under its row lock, held until the transaction ends. Who holds it is the only writer: whatever has a
   * lower position is committed before a higher one can be given. Until then it is the one whose tenants are shown.
   */
  async lock(manager: EntityManager, name: string): Promise<SourceEntity> {
    // In the words of the driver: the transaction is one that TypeORM does not know of.
    const [source]: SourceEntity[] = await manager.query(
      `select set_config('app.source', name, true), name, system_identifier as "systemIdentifier", epoch,
         last_lsn as "lastLsn", position, writer, appends, status, stop_code as "stopCode",
         stop_message as "stopMessage", changed_at as "changedAt"
       from state.source where name = $1 for update`,
      [name],
    );
    if (source === undefined)
      throw new Refusal(
        "unknown",
        `There is no source "${name}"; open it first.`,
      );
    return source;
  }

  async store(
    manager: EntityManager,
    source: SourceEntity,
    changes: Settable,
  ): Promise<SourceEntity> {
    const changedAt = () => "clock_timestamp()";
    await manager.update(SourceEntity, source.name, { ...changes, changedAt });
    return { ...source, ...changes };
  }

  /** Which of the tenants are known to live in the locked source. */
  async residents(
    manager: EntityManager,
    name: string,
    tenantIds: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const rows: { tenant_id: string }[] = await manager.query(
      `select tenant_id from state.tenant where source = $1 and tenant_id = any($2::uuid[])`,
      [name, tenantIds],
    );
    return new Set(rows.map((row) => row.tenant_id));
  }

  /** Tenants that live in the locked source, in the order that all writers use. */
  async tenants(manager: EntityManager, name: string): Promise<string[]> {
    const rows: { tenant_id: string }[] = await manager.query(
      `select tenant_id from state.tenant where source = $1 order by tenant_id`,
      [name],
    );
    return rows.map((row) => row.tenant_id);
  }

  /** Whether the tenant of the context, which is no resident, was erased. */
  async erased(manager: EntityManager, tenantId: string): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `select 1 from state.erased_tenant where tenant_id = $1`,
      [tenantId],
    );
    return rows.length > 0;
  }

  /**
   * Records that the tenant of the context, which is no resident yet, lives in this source.
   * @throws Refusal when it lives in another one
   */
  async register(
    manager: EntityManager,
    tenantId: string,
    name: string,
  ): Promise<void> {
    const added: unknown[] = await manager.query(
      `insert into state.tenant (tenant_id, source) values ($1, $2)
       on conflict (tenant_id) do nothing returning tenant_id`,
      [tenantId, name],
    );
    if (added.length > 0) return;
    const rows: { source: string }[] = await manager.query(
      `select source from state.tenant where tenant_id = $1`,
      [tenantId],
    );
    throw new Refusal(
      "taken",
      `Tenant ${tenantId} lives in the ams database "${rows[0]?.source}", but "${name}" sends rows of it, too. A tenant can be in one only and cannot move: delete its rows in "${name}".`,
    );
  }
}
