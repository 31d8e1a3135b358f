import type { MigrationInterface, QueryRunner } from "typeorm";

/** The other system may tell of changes by itself (ADR 0018). */
export class Watched1700000072000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table state.stream add column watched_until timestamptz, add column unwatched boolean not null default false,
        add column heard_at timestamptz;
      comment on column state.stream.watched_until is 'Until when the other system tells of changes, at most; null or over: it does not';
      comment on column state.stream.unwatched is 'It said that it stops telling: the next run sees to that';
      comment on column state.stream.heard_at is 'When it told last: a run that began before may have asked too early';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `alter table state.stream drop column watched_until, drop column unwatched, drop column heard_at`,
    );
  }
}
