import { queryRefused } from "./refusal.js";

/** One operation, whether it came by itself or within a batch. */
export interface Operation {
  readonly method: string;
  /** Decoded segments after the version: ["users", "anna@…", "contacts"]. */
  readonly path: readonly string[];
  readonly query: ReadonlyMap<string, string>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly bytes: number;
  readonly inBatch: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: no body at all. */
  readonly body?: unknown;
}

export interface Preferences {
  readonly immutableIds: boolean;
  readonly pageSize: number | undefined;
  readonly timeZone: string | undefined;
  readonly textBodies: boolean;
}

const quoted = (header: string, name: string): string | undefined =>
  new RegExp(String.raw`(?:^|[,;\s])${name}\s*=\s*"([^"]*)"`, "i").exec(
    header,
  )?.[1];

export function preferencesOf(operation: Operation): Preferences {
  const header = operation.headers["prefer"] ?? "";
  const size = /odata\.maxpagesize\s*=\s*"?(\d+)/i.exec(header)?.[1];
  return {
    immutableIds: quoted(header, "IdType")?.toLowerCase() === "immutableid",
    pageSize: size === undefined ? undefined : Number(size),
    timeZone: quoted(header, "outlook\\.timezone"),
    textBodies: quoted(header, "outlook\\.body-content-type") === "text",
  };
}

export interface Target {
  readonly path: readonly string[];
  readonly query: ReadonlyMap<string, string>;
}

/** @param at path and query, after the version: "/users/…?$top=5" */
export function targetOf(at: string): Target {
  const { pathname, searchParams } = new URL(at, "http://graph");
  const query = new Map<string, string>();
  for (const [name, value] of searchParams) {
    if (query.has(name))
      throw queryRefused(
        `Query option '${name}' was specified more than once, but it must be specified at most once.`,
      );
    query.set(name, value);
  }
  return {
    path: pathname
      .split("/")
      .filter((part) => part !== "")
      .map(decodeURIComponent),
    query,
  };
}
