import { createDataSource, withTenant } from "@ams-sync/platform";
import type { AmsRecord } from "@ams-sync/sync-core";
import type { DataSource } from "typeorm";
import { amsEntities } from "./entities/index.js";
import type { RecordKey } from "./reads/record-key.js";
import { loadRecords } from "./reads/records.js";
import { loadUserView, type AmsUserView } from "./reads/user-view.js";

/** What can be asked inside one tenant; see `loadRecords` and `loadUserView`. */
export interface AmsReads {
  records(keys: readonly RecordKey[]): Promise<Map<string, AmsRecord>>;
  user(userId: string): Promise<AmsUserView | undefined>;
}

export interface AmsConnection {
  /** A login in the role `ams_sync_connector`. */
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly poolSize?: number;
}

/** The ams database as the connectors see it. */
export class AmsDatabase {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws the driver's error when the database cannot be reached */
  static async connect(connection: AmsConnection): Promise<AmsDatabase> {
    const dataSource = createDataSource({
      ...connection,
      entities: amsEntities,
    });
    return new AmsDatabase(await dataSource.initialize());
  }

  /** One transaction that sees this tenant and no other. */
  inTenant<T>(
    tenantId: string,
    work: (reads: AmsReads) => Promise<T>,
  ): Promise<T> {
    return withTenant(this.dataSource, tenantId, (manager) =>
      work({
        records: (keys) => loadRecords(manager, keys),
        user: (userId) => loadUserView(manager, userId),
      }),
    );
  }

  /** For readiness: resolves when the database answers and holds the schema. */
  async check(): Promise<void> {
    await this.dataSource.query("select tenant_id from ams.tenant limit 0");
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
  }
}
