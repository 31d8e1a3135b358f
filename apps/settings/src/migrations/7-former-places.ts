import type { MigrationInterface, QueryRunner } from "typeorm";

/** Places that accounts named before they were pointed elsewhere, where what ams put there is being removed. */
export class SettingsFormerPlaces1763800000007 implements MigrationInterface {
  readonly name = "SettingsFormerPlaces1763800000007";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table settings.account add column former_place_of uuid;
      comment on column settings.account.former_place_of is 'It stands for the place that this account named before; it only goes, and is nobody''s target';
      drop index settings.account_contacts_target, settings.account_appointments_target;
      create unique index account_contacts_target on settings.account (tenant_id, user_id)
        where contacts is not null and former_place_of is null;
      create unique index account_appointments_target on settings.account (tenant_id, user_id)
        where appointments is not null and former_place_of is null;

      alter table settings.announcement add column former_places jsonb not null default '[]', add column waits_for uuid;
      comment on column settings.announcement.former_places is 'Accounts that take over what ams put where moved streams were: [{accountId, streams}]';
      comment on column settings.announcement.waits_for is 'State hears of this account first: only then it knows what the other one takes over';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table settings.announcement drop column former_places, drop column waits_for;
      delete from settings.account where former_place_of is not null;
      drop index settings.account_contacts_target, settings.account_appointments_target;
      create unique index account_contacts_target on settings.account (tenant_id, user_id) where contacts is not null;
      create unique index account_appointments_target on settings.account (tenant_id, user_id) where appointments is not null;
      alter table settings.account drop column former_place_of;
    `);
  }
}
