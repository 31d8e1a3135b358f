import type { MigrationInterface, QueryRunner } from "typeorm";

/** The other system may tell of changes by itself (ADR 0018). */
export class Watched1700000072000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table state.stream add column watched_until timestamptz, add column unwatched_at timestamptz,
        add column heard_at timestamptz;
      comment on column state.stream.watched_until is 'Until when the other system tells of changes, at most; null or over: it does not';
      comment on column state.stream.unwatched_at is 'When it said last that it stops telling: a run that begins after sees to that';
      comment on column state.stream.heard_at is 'When it told last: a run that began before may have asked too early';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `alter table state.stream drop column watched_until, drop column unwatched_at, drop column heard_at`,
    );
  }
}
