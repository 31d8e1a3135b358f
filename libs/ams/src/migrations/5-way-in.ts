import type { MigrationInterface, QueryRunner } from "typeorm";
import { forwardOnly } from "./forward-only.js";

/** R56: what a linked company or agent may change of outside (R47). */
const contactFields = `name, street, country, postal_code, city, profession, phone_private, phone_business, fax, mobile,
  email, web_page`;

/** Digits of a number as people write it. Six: in small countries a whole number has no more. */
const digits = (column: string) =>
  `nullif(right(regexp_replace(${column}, '[^0-9]', '', 'g'), 6), '')`;

/**
 * Columns and not indexes on expressions: below row-level security an index serves leakproof conditions only, and
 * `lower` is none. Bounded, as an index takes no text of any length and ams must be able to store its own.
 */
const keys = {
  email_key: "left(lower(btrim(email, E' \\t\\r\\n')), 320)",
  birth_date_key: "left(btrim(birth_date, E' \\t\\r\\n'), 10)",
  phone_private_key: digits("phone_private"),
  phone_business_key: digits("phone_business"),
  mobile_key: digits("mobile"),
};

/** What changes that come in need: finding whom a contact may be, and remembering what was made of which item. */
export class AmsWayIn1763800000005 implements MigrationInterface {
  readonly name = "AmsWayIn1763800000005";

  async up(runner: QueryRunner): Promise<void> {
    const columns = Object.entries(keys).map(
      ([name, value]) =>
        `add column ${name} text generated always as (${value}) stored`,
    );
    // One statement: the table is written anew once.
    await runner.query(`
      alter table ams.customer ${columns.join(", ")}`);
    for (const name of Object.keys(keys))
      await runner.query(`
        create index customer_${name} on ams.customer (tenant_id, ${name})`);

    for (const table of ["company", "agent"])
      await runner.query(`
        grant update (${contactFields}) on ams.${table} to ams_sync_connector`);

    // No foreign key to the record: what was made and deleted since must not be made again.
    await runner.query(`
      create table ams.sync_origin (
        tenant_id uuid not null references ams.tenant on delete cascade,
        account_id uuid not null,
        stream text not null check (stream in ('contacts', 'appointments')),
        remote_uid text not null,
        kind text not null check (kind in ('customer', 'appointment')),
        record_id bigint not null,
        created_at timestamptz not null default clock_timestamp(),
        primary key (tenant_id, account_id, stream, remote_uid)
      )`);
    await runner.query(`
      alter table ams.sync_origin enable row level security`);
    await runner.query(`
      alter table ams.sync_origin force row level security`);
    const own = `tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid`;
    await runner.query(`
      create policy tenant on ams.sync_origin using (${own}) with check (${own})`);
    await runner.query(`
      grant select, insert (tenant_id, account_id, stream, remote_uid, kind, record_id)
      on ams.sync_origin to ams_sync_connector`);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
