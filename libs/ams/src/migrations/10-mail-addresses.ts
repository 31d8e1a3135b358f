import type { MigrationInterface, QueryRunner } from "typeorm";
import { forwardOnly } from "./forward-only.js";

/** Whom the synchronisation tells that it needs somebody, and in which language. */
export class AmsMailAddresses1763800000010 implements MigrationInterface {
  readonly name = "AmsMailAddresses1763800000010";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table ams.user_account
        add column email text,
        add column language text check (language in ('de', 'en'))`);
    await runner.query(`
      alter table ams.tenant add column administrator_email text`);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
