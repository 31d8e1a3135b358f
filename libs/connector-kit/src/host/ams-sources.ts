import type { AmsDatabaseWrites, AmsReads } from "@ams-sync/ams";
import { AmsAway, type TenantHome } from "../ams-records.js";
import type { AmsSource } from "./ams-source.js";

/** All ams databases that this connector knows, by name. */
export class AmsSources {
  /** Answered last: readiness asks it first. */
  #good: string | undefined;

  constructor(private readonly sources: ReadonlyMap<string, AmsSource>) {}

  /** One transaction in the tenant's own database. @throws AmsAway */
  inTenant<T>(
    home: TenantHome,
    work: (reads: AmsReads) => Promise<T>,
  ): Promise<T> {
    return this.#of(home).inTenant(home, work);
  }

  /** One write in the tenant's own database, tried once. @throws AmsAway also where nobody knows how it ended */
  write<T>(
    home: TenantHome,
    work: (writes: AmsDatabaseWrites) => Promise<T>,
  ): Promise<T> {
    return this.#of(home).write(home, work);
  }

  /** One that answers is enough: its accounts are served. @throws what the first one said */
  async check(): Promise<void> {
    const [last = "", ...others] = [...this.sources.keys()].toSorted(
      (a, b) => Number(b === this.#good) - Number(a === this.#good),
    );
    const failures: unknown[] = [];
    for (const name of [last, ...others])
      try {
        await this.sources.get(name)?.check();
        this.#good = name;
        return;
      } catch (error) {
        failures.push(error);
      }
    throw failures[0];
  }

  async close(): Promise<void> {
    for (const source of this.sources.values()) await source.close();
  }

  #of({ source }: TenantHome): AmsSource {
    const [only, ...others] = this.sources.values();
    // With one database there is no question where a tenant lives that no change has come of yet.
    const found =
      source === undefined && others.length === 0
        ? only
        : this.sources.get(source ?? "");
    if (found) return found;
    throw source === undefined
      ? new AmsAway(
          true,
          "None of the ams databases has sent anything of this brokerage yet. The run is repeated as soon as one does; if it stays so, look whether change-capture runs for its database.",
        )
      : new AmsAway(
          false,
          `This brokerage lives in the ams database "${source}", which this connector does not know. Nothing is lost: name it in the connector's AMS_DATABASES_FILE (or in AMS_SOURCE, if it is the only one) and restart the connector.`,
        );
  }
}
