import { createDataSource, withTenant } from "@ams-sync/platform";
import type {
  AmsRecord,
  Contact,
  Match,
  NewRecord,
  SyncOptions,
} from "@ams-sync/sync-core";
import { QueryFailedError, type DataSource, type EntityManager } from "typeorm";
import { amsEntities } from "./entities/index.js";
import { matchContacts } from "./match/candidates.js";
import { customersOf, type CustomerHints } from "./match/customers-of.js";
import type { RecordKey } from "./reads/record-key.js";
import { loadRecords } from "./reads/records.js";
import {
  activeUser,
  loadUserView,
  type AmsUserView,
} from "./reads/user-view.js";
import { changeRecord } from "./writes/change.js";
import { changeRecords } from "./writes/change-together.js";
import { createRecord } from "./writes/create.js";
import { findOrigins } from "./writes/origin.js";
import type {
  AskedOrigin,
  Changed,
  Created,
  CreateHow,
  MadeRecord,
  RecordChange,
  Refusal,
  RemoteOrigin,
} from "./writes/outcomes.js";
import { orRefusal, Refused } from "./writes/refused.js";

/** What can be asked inside one tenant; see `loadRecords`, `loadUserView`, `matchContacts`, `customersOf` and `findOrigins`. */
export interface AmsReads {
  records(keys: readonly RecordKey[]): Promise<Map<string, AmsRecord>>;
  user(userId: string): Promise<AmsUserView | undefined>;
  /** Undefined: the user cannot be judged by (gone, inactive, no time zone). */
  match(
    userId: string,
    options: SyncOptions,
    contacts: readonly Contact[],
  ): Promise<readonly Match[] | undefined>;
  /** Undefined: the user cannot be judged by. */
  customersOf(
    userId: string,
    hints: readonly CustomerHints[],
  ): Promise<readonly (string | undefined)[] | undefined>;
  /** For each item the record that was made of it, if any. */
  madeOf(
    userId: string,
    origins: readonly AskedOrigin[],
  ): Promise<readonly (MadeRecord | undefined)[]>;
}

/**
 * Each is one transaction. What they throw leaves open whether it was written; all may be repeated, as changes are
 * conditional and `create` knows what it made of an item.
 */
export interface AmsDatabaseWrites {
  change(tenantId: string, change: RecordChange): Promise<Changed>;
  /**
   * Many at once: for each the row as it is now; undefined where it was not written, which `change` gives the reason of.
   * Where ams does not take one of them, none is written.
   */
  changeTogether(
    tenantId: string,
    changes: readonly RecordChange[],
  ): Promise<readonly (AmsRecord | undefined)[]>;
  create(
    tenantId: string,
    userId: string,
    options: SyncOptions,
    origin: RemoteOrigin,
    record: NewRecord,
    how?: CreateHow,
  ): Promise<Created>;
}

export interface AmsConnection {
  /** A login in the role `ams_sync_connector`. */
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly poolSize?: number;
  /** How long a write waits for whoever has its row; default: 15 s. */
  readonly lockTimeoutMs?: number;
}

/** Someone has the record open, or many create at once: longer waiting would keep connections from the others. */
const LOCK_TIMEOUT_MS = 15_000;

const CANCEL_AGAIN_MS = 1_000;

/** The ams database as the connectors see it. */
export class AmsDatabase implements AmsDatabaseWrites {
  constructor(
    private readonly dataSource: DataSource,
    private readonly lockTimeoutMs = LOCK_TIMEOUT_MS,
  ) {}

  /** @throws the driver's error when the database cannot be reached */
  static async connect(connection: AmsConnection): Promise<AmsDatabase> {
    const dataSource = createDataSource({
      ...connection,
      entities: amsEntities,
    });
    return new AmsDatabase(
      await dataSource.initialize(),
      connection.lockTimeoutMs,
    );
  }

  /**
   * One transaction that sees this tenant and no other.
   * @param signal nobody waits for it any more: it is ended at the server, too, and its connection is free
   */
  inTenant<T>(
    tenantId: string,
    work: (reads: AmsReads) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    return withTenant(this.dataSource, tenantId, (manager) => {
      const still = (): EntityManager => {
        signal?.throwIfAborted();
        return manager;
      };
      return this.#unless(signal, still(), () =>
        work({
          records: async (keys) => loadRecords(still(), keys),
          user: async (userId) => loadUserView(still(), userId),
          match: async (userId, options, contacts) => {
            const user = activeUser(await loadUserView(still(), userId));
            return user && matchContacts(still(), user, options, contacts);
          },
          customersOf: async (userId, hints) => {
            const user = activeUser(await loadUserView(still(), userId));
            return user && customersOf(still(), user, hints);
          },
          madeOf: async (userId, origins) =>
            findOrigins(still(), userId, origins),
        }),
      );
    });
  }

  change(tenantId: string, change: RecordChange): Promise<Changed> {
    return this.#write(tenantId, (manager) => changeRecord(manager, change));
  }

  async changeTogether(
    tenantId: string,
    changes: readonly RecordChange[],
  ): Promise<readonly (AmsRecord | undefined)[]> {
    const rows = await this.#write(tenantId, (manager) =>
      changeRecords(manager, changes),
    );
    return "outcome" in rows ? changes.map(() => undefined) : rows;
  }

  create(
    tenantId: string,
    userId: string,
    options: SyncOptions,
    origin: RemoteOrigin,
    record: NewRecord,
    how?: CreateHow,
  ): Promise<Created> {
    return this.#write(tenantId, async (manager) => {
      const user = activeUser(await loadUserView(manager, userId));
      if (user === undefined)
        throw new Refused(
          "The user of this account is not active in ams any more, or the brokerage has no time zone. Nothing was written.",
        );
      return createRecord(manager, user, options, origin, record, how);
    });
  }

  /** For readiness: resolves when the database answers and holds the schema. */
  async check(): Promise<void> {
    await this.dataSource.query("select tenant_id from ams.tenant limit 0");
  }

  /**
   * Which database this is, in the words of its capture: the system identifier of its cluster and its name, "7301…/ams".
   * Undefined: the login may not ask, as EXECUTE on pg_control_system() was taken from PUBLIC.
   */
  async identity(): Promise<string | undefined> {
    try {
      const [row]: { identity: string }[] = await this.dataSource.query(
        `select system_identifier || '/' || current_database() as identity from pg_control_system()`,
      );
      return row?.identity;
    } catch (error) {
      if (error instanceof QueryFailedError && codeOf(error) === MAY_NOT)
        return undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
  }

  async #unless<T>(
    signal: AbortSignal | undefined,
    manager: EntityManager,
    work: () => Promise<T>,
  ): Promise<T> {
    if (signal === undefined) return work();
    const session = await sessionOf(manager);
    let again: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      // Where that fails, the statement's own time ends it.
      this.dataSource
        .query("select pg_cancel_backend($1)", [session])
        .catch(() => undefined);
      // A statement that is just on its way does not hear it.
      again = setTimeout(cancel, CANCEL_AGAIN_MS);
    };
    signal.addEventListener("abort", cancel);
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      signal.removeEventListener("abort", cancel);
      clearTimeout(again);
    }
  }

  #write<T>(
    tenantId: string,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T | Refusal> {
    return orRefusal(() =>
      withTenant(this.dataSource, tenantId, async (manager) => {
        await manager.query("select set_config('lock_timeout', $1, true)", [
          `${this.lockTimeoutMs}ms`,
        ]);
        return work(manager);
      }),
    );
  }
}

/** The server's process of a transaction, as pg heard it when it connected. */
const sessionOf = async ({ queryRunner }: EntityManager): Promise<unknown> => {
  const connection: unknown = await queryRunner?.connect();
  return (Object(connection) as { readonly processID?: unknown }).processID;
};

/** insufficient_privilege */
const MAY_NOT = "42501";

const codeOf = ({ driverError }: QueryFailedError): unknown =>
  "code" in driverError ? driverError.code : undefined;
