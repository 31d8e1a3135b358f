import type { MigrationInterface, QueryRunner } from "typeorm";
import { tenantTable } from "./tenant-table.js";

/**
 * Which items were made after the stream was connected (R25). Of streams that were listed before nobody knows it: their
 * items count as older until the container is listed again.
 */
export class FirstSeen1700000011000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table state.stream add column known_since timestamptz;
      alter table state.inbox add column appeared_at timestamptz;
      alter table state.unlinked_item add column appeared_at timestamptz;
      comment on column state.stream.known_since is 'When all that the container held had been announced for the first time';
      comment on column state.inbox.appeared_at is 'First announced after known_since: made since; null: it was there before, or nobody knows';
      comment on column state.unlinked_item.appeared_at is 'As in the inbox';

      create table state.parted_item (
        tenant_id uuid not null,
        account_id uuid not null,
        stream text not null,
        item_id text not null,
        primary key (tenant_id, account_id, stream, item_id)
      );
      comment on table state.parted_item is 'Items that had a link once: when they are announced again they are not new';
    `);
    await tenantTable(runner, "parted_item", ["select", "insert", "delete"]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table state.parted_item;
      alter table state.unlinked_item drop column appeared_at;
      alter table state.inbox drop column appeared_at;
      alter table state.stream drop column known_since;
    `);
  }
}
