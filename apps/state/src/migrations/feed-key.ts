import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * A record's number before its kind: where an entry belongs is then told by columns of a fixed width, and the text is
 * only looked at once the number is the same. Storing a batch takes less of PostgreSQL's time (`npm run bench -- capture`, "the same upserts from memory").
 */
export class FeedKey1700000041000 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return key(runner, "tenant_id, record_id, kind");
  }

  down(runner: QueryRunner): Promise<void> {
    return key(runner, "tenant_id, kind, record_id");
  }
}

const key = async (runner: QueryRunner, columns: string): Promise<void> => {
  await runner.query(
    `alter table state.feed drop constraint feed_pkey, add primary key (${columns})`,
  );
};
