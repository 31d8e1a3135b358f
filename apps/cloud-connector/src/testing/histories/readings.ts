import type { RecordRef } from "@ams-sync/connector-kit";
import type {
  Canonical,
  Fields,
  StreamKind,
  TimeZone,
} from "@ams-sync/sync-core";
import { codecOf } from "../../codec.js";

const ZONE = "Europe/Berlin" as TimeZone;

export type Reading = { readonly [name in string]?: string };

export const keyOf = ({ kind, id }: RecordRef): string => `${kind}/${id}`;

/** Stamps do not matter here. */
export const codec = (stream: StreamKind) =>
  codecOf(stream, { timeZone: ZONE, now: () => 0 });

export const read = (
  stream: StreamKind,
  text: string,
  believed?: Canonical,
): Canonical => codec(stream).read(text, believed).canonical;

export const reading = (
  stream: StreamKind,
  text: string,
  believed?: Canonical,
): Reading => read(stream, text, believed).fields;

export const filled = (values: {
  readonly [name in string]?: string | null;
}): Fields =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value ? [[name, value]] : [],
    ),
  );

export const changed = (a: Reading, b: Reading): readonly string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (name) => a[name] !== b[name],
  );
