import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Result } from "../result.js";

/** One benchmark as it is kept in docs/benchmarks/NAME.json. */
export interface BenchRecord {
  readonly name: string;
  readonly title: string;
  /** ISO, UTC. */
  readonly measuredAt: string;
  /** How often ours and the yardstick were measured in turn. */
  readonly pairs: number;
  readonly machine: Machine;
  /** Program → version. */
  readonly versions: Readonly<Record<string, string>>;
  readonly results: readonly Result[];
}

export interface Machine {
  readonly system: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  /** Processes that wanted to run while this began, as the kernel counts them over a minute; above a half others ran beside. */
  readonly loadBefore: number;
}

/** Of a record's name, in `folder`. */
export const recordFile = (folder: string, name: string): string =>
  join(folder, `${name}.json`);

export async function keepRecord(
  folder: string,
  record: BenchRecord,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(
    recordFile(folder, record.name),
    `${JSON.stringify(record, undefined, 2)}\n`,
  );
}

/** In the order of `names`; those that were never measured are missing. */
export async function keptRecords(
  folder: string,
  names: readonly string[],
): Promise<readonly BenchRecord[]> {
  const there = await readdir(folder).catch((): string[] => []);
  const records: BenchRecord[] = [];
  for (const name of names)
    if (there.includes(`${name}.json`))
      records.push(
        JSON.parse(
          await readFile(recordFile(folder, name), "utf8"),
        ) as BenchRecord,
      );
  return records;
}
