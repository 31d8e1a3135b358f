import type { MigrationInterface, QueryRunner } from "typeorm";

/** By which it is known when a stream is to be looked over again. */
export class FullAt1700000013000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The owner cannot look at the rows; a default reaches those that are there, and none of them is due at once.
    await runner.query(`
      alter table state.stream add column full_at timestamptz default now();
      alter table state.stream alter column full_at drop default;
      comment on column state.stream.full_at is 'When the whole feed was taken in last';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table state.stream drop column full_at`);
  }
}
