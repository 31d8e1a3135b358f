import { containerAddress } from "@ams-sync/contracts/reading";
import { Injectable } from "@nestjs/common";
import type { StreamKind, System } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { Refusal } from "../refusal.js";
import type { AccountKey } from "../wire/read.js";
import { TargetRepository } from "./target.repository.js";

@Injectable()
export class ContainerRepository {
  constructor(private readonly targets: TargetRepository) {}

  /**
   * Remembers where the stream's items live. Another address than before makes its tokens void, its links hints, and
   * everything is taken in anew. A stream that was off owns no container, but remembers which one it was: back in it, what
   * was agreed stands, but all of it is listed, since nobody knows what was put there meanwhile. Needs the account's lock.
   * @param address what the container is recognised by
   * @returns since when the stream uses it: anew where it was given up in between
   * @throws Refusal taken when another stream, of whichever tenant, owns it
   */
  async bind(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    where: {
      readonly system: System;
      readonly container: string;
      readonly address: string;
    },
  ): Promise<Date> {
    const key = [tenantId, accountId, stream];
    const before: { address: string | null; container: string | null }[] =
      await manager.query(
        `select c.address, t.container from state.stream t left join state.container c using (tenant_id, account_id, kind)
       where t.tenant_id = $1 and t.account_id = $2 and t.kind = $3`,
        key,
      );
    const [bound] = before;
    if (bound === undefined)
      throw new Refusal("unknown", `The account has no stream of ${stream}.`);
    if (bound.address !== where.address) await this.claim(manager, key, where);
    if (
      bound.container !== null &&
      containerAddress(bound.container) !== where.address
    )
      await this.targets.forget(
        manager,
        { tenantId, accountId },
        stream,
        "rebound",
      );
    const rows: { bound_at: Date }[] = await manager.query(
      `with bound as (
         update state.stream set container = $4, bound_at = case when $5 then now() else coalesce(bound_at, now()) end,
           listed = listed and not $5, known_since = case when $5 then null else known_since end,
           remote_token = case when $5 then null else remote_token end
         where tenant_id = $1 and account_id = $2 and kind = $3 returning bound_at)
       select bound_at from bound`,
      [...key, where.container, bound.address !== where.address],
    );
    const [row] = rows;
    if (row === undefined) throw new Error("the stream was not bound");
    return row.bound_at;
  }

  /** The unique index decides, across tenants that cannot see one another. */
  private async claim(
    manager: EntityManager,
    key: readonly string[],
    { system, address }: { readonly system: System; readonly address: string },
  ): Promise<void> {
    await manager.query(
      `delete from state.container where tenant_id = $1 and account_id = $2 and kind = $3`,
      [...key],
    );
    const claimed: unknown[] = await manager.query(
      `insert into state.container (tenant_id, account_id, kind, system, address) values ($1, $2, $3, $4, $5)
       on conflict (system, address) do nothing returning 1`,
      [...key, system, address],
    );
    if (claimed.length === 0)
      throw new Refusal(
        "taken",
        "The container belongs to another stream; choose another one.",
      );
  }
}
