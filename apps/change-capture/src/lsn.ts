/** A position in ams's WAL, in bytes. On the wire to state a uint64, in SQL text "16/B374D848". */
export type Lsn = bigint;

const FORM = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i;

/** Throws on anything that is no pg_lsn: a position that was misread must not be confirmed. */
export function parseLsn(text: string): Lsn {
  const [, high, low] = FORM.exec(text) ?? [];
  if (high === undefined || low === undefined)
    throw new Error(`"${text}" is no WAL position.`);
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

const hex = (part: bigint): string => part.toString(16).toUpperCase();

export function formatLsn(lsn: Lsn): string {
  return `${hex(lsn >> 32n)}/${hex(lsn & 0xffff_ffffn)}`;
}
