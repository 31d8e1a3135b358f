import { readFile } from "node:fs/promises";
import {
  ConfigError,
  DEFAULT_SOURCE,
  postgresUrl,
  sourceName,
} from "@ams-sync/platform";

export interface AmsVariables {
  readonly AMS_DATABASE_URL?: string | undefined;
  readonly AMS_SOURCE?: string | undefined;
  readonly AMS_DATABASES_FILE?: string | undefined;
}

/** Name → URL of each ams database that the variables name. @throws ConfigError naming all bad entries, no values */
export const amsUrlsOf = async ({
  AMS_DATABASE_URL: url,
  AMS_SOURCE: source,
  AMS_DATABASES_FILE: file,
}: AmsVariables): Promise<ReadonlyMap<string, string>> => {
  if (file === undefined)
    return new Map(url === undefined ? [] : [[source ?? DEFAULT_SOURCE, url]]);
  if (source !== undefined)
    throw new ConfigError([
      {
        name: "AMS_SOURCE",
        reason: "goes with AMS_DATABASE_URL; AMS_DATABASES_FILE holds names",
      },
    ]);
  return readEntries(file);
};

const readEntries = async (
  file: string,
): Promise<ReadonlyMap<string, string>> => {
  const text = await readFile(file, "utf8").catch(() => {
    throw bad("names a file that cannot be read");
  });
  const entries = Object.entries(parse(text));
  if (entries.length === 0) throw bad("names a file without a database");
  const reasons = entries.flatMap(([name, url], index) => {
    // A name that is none may be a URL with its password: it is told by its place.
    if (!sourceName.safeParse(name).success)
      return [`entry ${index + 1}: its name must be 1 to 54 of a–z, 0–9 and _`];
    return postgresUrl.safeParse(url).success
      ? []
      : [`"${name}": must be a postgresql:// URL`];
  });
  if (reasons.length > 0) throw bad(reasons.join("; "));
  return new Map(entries as [string, string][]);
};

/** JSON's own messages quote the text. */
const parse = (text: string): object => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bad('must name a file with JSON {"name": "postgresql://…"}');
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value;
  throw bad('must name a file with JSON {"name": "postgresql://…"}');
};

const bad = (reason: string): ConfigError =>
  new ConfigError([{ name: "AMS_DATABASES_FILE", reason }]);
