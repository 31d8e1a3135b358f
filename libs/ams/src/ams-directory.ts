import { createDataSource, withTenant } from "@ams-sync/platform";
import type { DataSource, EntityManager } from "typeorm";

/** None of the ams databases that could be asked knows the tenant, and one could not be asked. */
export class AmsUnreachable extends Error {
  override readonly name = "AmsUnreachable";
}

/** People wait for each of these. */
const STATEMENT_TIMEOUT_MS = 5_000;
const CHECK = "select tenant_id from ams.tenant";

/** Who is who in all ams databases, through logins in the role `ams_sync_console`. A tenant lives in one of them. */
export class AmsDirectory {
  readonly #sources: readonly DataSource[];
  readonly #homes = new Map<string, DataSource>();
  readonly #connecting = new Map<DataSource, Promise<unknown>>();

  constructor(urls: Iterable<string>, applicationName: string) {
    this.#sources = [...urls].map((url) =>
      createDataSource({
        url,
        applicationName,
        statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      }),
    );
  }

  /**
   * One transaction in the tenant's own database; undefined where no database knows the tenant.
   * @throws AmsUnreachable
   */
  async inTenant<T>(
    tenantId: string,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T | undefined> {
    const home = this.#homes.get(tenantId);
    let away: unknown;
    for (const source of home ? [home] : this.#sources)
      try {
        const found = await this.#tried(source, tenantId, work);
        if (found) return found.result;
      } catch (cause) {
        away = cause;
      }
    if (away !== undefined)
      throw new AmsUnreachable("An ams database does not answer.", {
        cause: away,
      });
    return undefined;
  }

  async close(): Promise<void> {
    for (const source of this.#sources)
      if (source.isInitialized) await source.destroy();
  }

  /** Several requests at once open it once. */
  async #connected(source: DataSource): Promise<void> {
    if (source.isInitialized) return;
    const connecting = this.#connecting.get(source) ?? source.initialize();
    this.#connecting.set(source, connecting);
    try {
      await connecting;
    } finally {
      this.#connecting.delete(source);
    }
  }

  async #tried<T>(
    source: DataSource,
    tenantId: string,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<{ result: T } | undefined> {
    // Connected at first need: a service starts while an ams database is away.
    await this.#connected(source);
    return withTenant(source, tenantId, async (manager) => {
      const lives: unknown[] = await manager.query(CHECK);
      if (lives.length === 0) return undefined;
      this.#homes.set(tenantId, source);
      return { result: await work(manager) };
    });
  }
}
