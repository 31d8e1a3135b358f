/** CopyData: type, length, and then a message of the streaming replication protocol. */
const INNER = 5;

/** The flushed LSN of a standby status update: what the slot may forget. undefined: another message. */
export function confirmedLsn(copyData: Buffer): bigint | undefined {
  if (copyData.toString("latin1", INNER, INNER + 1) !== "r") return undefined;
  return copyData.readBigUInt64BE(INNER + 1 + 8);
}

const CHANGES: Readonly<Record<string, string>> = {
  B: "wal begin",
  C: "wal commit",
  I: "wal row",
  U: "wal row",
  D: "wal row",
  T: "wal truncate",
};

/** What a message of pgoutput tells; undefined for keepalives and descriptions of tables. */
export function walLabel(copyData: Buffer): string | undefined {
  if (copyData.toString("latin1", 0, 1) !== "d") return undefined;
  if (copyData.toString("latin1", INNER, INNER + 1) !== "w") return undefined;
  // XLogData: start, end and clock of the server before the data.
  const data = INNER + 1 + 3 * 8;
  return CHANGES[copyData.toString("latin1", data, data + 1)];
}
