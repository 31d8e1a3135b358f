import type { MigrationInterface, QueryRunner } from "typeorm";
import { forwardOnly } from "./forward-only.js";

const tracked = ["agent", "company", "customer", "appointment"];

/** `row_version` is what conditional writes check; `last_changed` is what R16 and R34 count from. */
export class AmsChangeTracking1763800000002 implements MigrationInterface {
  readonly name = "AmsChangeTracking1763800000002";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function ams.track_change() returns trigger language plpgsql as $$
      begin
        new.row_version := old.row_version + 1;
        -- A data import may bring its own time of change.
        if new.last_changed is not distinct from old.last_changed then
          new.last_changed := clock_timestamp();
        end if;
        return new;
      end $$`);
    for (const table of tracked) {
      await runner.query(`
        create trigger track_change before update on ams.${table}
        for each row execute function ams.track_change()`);
    }
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
