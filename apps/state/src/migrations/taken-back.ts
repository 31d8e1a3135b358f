import type { MigrationInterface, QueryRunner } from "typeorm";

/** What became of the wish to have a value back that lost in a conflict. */
export class TakenBack1700000045000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table state.conflict add column taken_back text check (taken_back in ('waiting', 'done', 'overtaken'));
      comment on column state.conflict.taken_back is 'What became of the wish to have the value back; null: nobody has it';
      grant update (taken_back) on state.conflict to ams_sync_state;
      update state.conflict c set taken_back = 'waiting' from state.inbox i
      where i.tenant_id = c.tenant_id and i.account_id = c.account_id and i.side = 'ams' and i.kind = c.kind
        and i.record_id = c.record_id and i.take_back ? c.field;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table state.conflict drop column taken_back`);
  }
}
