import {
  streamOf,
  type Origin,
  type RecordKind,
  type StreamKind,
  type System,
} from "@ams-sync/sync-core";
import {
  Departure,
  type AccountRef,
  type RecordKind as WireRecordKind,
  type StreamKind as WireStreamKind,
  type System as WireSystem,
} from "../generated/ams_sync/common/v1/common.js";
import type { Origin as WireOrigin } from "../generated/ams_sync/state/v1/run.js";
import {
  departureFromWire,
  originFromWire,
  recordKindFromWire,
  streamKindFromWire,
  systemFromWire,
} from "../kinds.js";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DECIMAL = /^(0|-?[1-9][0-9]{0,18})$/;
const CODE = /^[a-z][a-z0-9-]{0,63}$/;
const MAX_BIGINT = 2n ** 63n - 1n;

/** A message that is not what the contract says. Names the field and never the value: that may be a customer's. */
export class Invalid extends Error {
  override readonly name = "Invalid";
}

export const invalid = (field: string, must: string): Invalid =>
  new Invalid(`${field} ${must}.`);

/** Lower case, so that one id is one string. */
export const uuid = (value: string, field: string): string => {
  const lower = value.toLowerCase();
  if (!UUID.test(lower)) throw invalid(field, "must be a UUID");
  return lower;
};

export interface AccountKey {
  readonly tenantId: string;
  readonly accountId: string;
}

export const account = (
  value: AccountRef | undefined,
  field: string,
): AccountKey => {
  if (value === undefined) throw invalid(field, "is missing");
  return {
    tenantId: uuid(value.tenantId, `${field}.tenant_id`),
    accountId: uuid(value.accountId, `${field}.account_id`),
  };
};

/** An ams id: a bigint as the one decimal string of it, so that "7" and "007" cannot be two records. */
export const amsId = (value: string, field: string): string => {
  if (
    !DECIMAL.test(value) ||
    BigInt.asIntN(64, BigInt(value)) !== BigInt(value)
  )
    throw invalid(field, "must be a decimal number of 64 bits");
  return value;
};

/** @param least smallest value allowed */
export const integer = (value: bigint, field: string, least = 0n): bigint => {
  if (value < least || value > MAX_BIGINT)
    throw invalid(field, `must be from ${least} to 2^63-1`);
  return value;
};

export const within = (
  value: number,
  field: string,
  least: number,
  most: number,
): number => {
  if (!Number.isInteger(value) || value < least || value > most)
    throw invalid(field, `must be from ${least} to ${most}`);
  return value;
};

/** PostgreSQL holds no NUL in a text. */
export const text = (
  value: string,
  field: string,
  { least = 1, most = 2048 }: { least?: number; most?: number } = {},
): string => {
  if (value.length < least || value.length > most || value.includes("\0"))
    throw invalid(
      field,
      `must have from ${least} to ${most} characters and no NUL`,
    );
  return value;
};

/** A closed code of ours, "name-too-long". */
export const code = (value: string, field: string): string => {
  if (!CODE.test(value))
    throw invalid(field, "must be a short lower-case code with hyphens");
  return value;
};

export const json = (value: string, field: string): string => {
  try {
    JSON.parse(value);
  } catch {
    // Not chained: the parser's message quotes a customer's data.
    throw invalid(field, "must be JSON");
  }
  return value;
};

export const time = (value: Date | undefined, field: string): Date => {
  if (value === undefined || Number.isNaN(value.getTime()))
    throw invalid(field, "is missing");
  return value;
};

/** The value, or a refusal for UNSPECIFIED and for what only a newer peer knows. */
export const known = <T>(word: T | undefined, field: string): T => {
  if (word === undefined) throw invalid(field, "is unspecified or unknown");
  return word;
};
export const system = (value: WireSystem, field: string): System =>
  known(systemFromWire(value), field);
export const streamKind = (value: WireStreamKind, field: string): StreamKind =>
  known(streamKindFromWire(value), field);
export const recordKind = (value: WireRecordKind, field: string): RecordKind =>
  known(recordKindFromWire(value), field);
export const origin = (value: WireOrigin, field: string): Origin =>
  known(originFromWire(value), field);

/** Of an account that stays: undefined. */
export const departure = (
  value: Departure,
  field: string,
): "remove" | "leave" | undefined =>
  value === Departure.UNSPECIFIED
    ? undefined
    : known(departureFromWire(value), field);

/** A kind that belongs to the stream. */
export const recordKindIn = (
  stream: StreamKind,
  value: WireRecordKind,
  field: string,
): RecordKind => {
  const kind = recordKind(value, field);
  if (streamOf(kind) !== stream)
    throw invalid(field, `does not belong to the stream of ${stream}`);
  return kind;
};
