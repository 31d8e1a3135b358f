import { Client, type ClientBase, type ClientConfig } from "pg";
import { parseLsn, type Lsn } from "../lsn.js";
import { CaptureError } from "../problem.js";
import { SQL_STATE, sqlState } from "./sql-state.js";

/** A replication slot of pgoutput in this database, as the server tells of it. */
export interface SlotState {
  readonly status: "missing" | "reserved" | "extended" | "unreserved" | "lost";
  readonly active: boolean;
  readonly confirmed: Lsn;
  /** End of ams's WAL on disk. */
  readonly current: Lsn;
  /** WAL that the server keeps because it is not confirmed. */
  readonly lagBytes: bigint;
}

interface SlotRow {
  readonly current: string;
  readonly slot_name: string | null;
  readonly ours: boolean;
  readonly active: boolean;
  readonly wal_status: SlotState["status"] | null;
  readonly confirmed: string | null;
}

/** Throws "slot-taken" when the name belongs to another database or plugin: slot names are the whole server's. */
export async function readSlot(
  client: ClientBase,
  name: string,
): Promise<SlotState> {
  const { rows } = await client.query<SlotRow>(
    `select pg_current_wal_flush_lsn()::text as current, s.slot_name, s.active, s.wal_status,
            s.database = current_database() and s.plugin = 'pgoutput' as ours,
            s.confirmed_flush_lsn::text as confirmed
     from (select) as one left join pg_replication_slots s on s.slot_name = $1`,
    [name],
  );
  const row = rows[0];
  if (row === undefined) throw new Error("pg_replication_slots gave no row.");
  const current = parseLsn(row.current);
  if (row.slot_name === null)
    return {
      status: "missing",
      active: false,
      confirmed: 0n,
      current,
      lagBytes: 0n,
    };
  if (!row.ours)
    throw new CaptureError(
      "slot-taken",
      `The replication slot ${name} belongs to another database of this server. Give this source another name in AMS_SOURCE.`,
    );
  const confirmed = row.confirmed === null ? 0n : parseLsn(row.confirmed);
  return {
    // No status while the slot was never used up to a point: then it holds nothing of ours.
    status: row.wal_status ?? "lost",
    active: row.active,
    confirmed,
    current,
    lagBytes: current > confirmed ? current - confirmed : 0n,
  };
}

/** Throws "slot-in-use" while another session reads it. */
export async function dropSlot(
  client: ClientBase,
  name: string,
): Promise<void> {
  try {
    await client.query(
      "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1",
      [name],
    );
  } catch (error) {
    throw slotError(error, name);
  }
}

export interface NewSlot {
  /** For SET TRANSACTION SNAPSHOT, as long as `release` was not called. */
  readonly snapshot: string;
  /** Streaming from here gives everything that the snapshot does not have. */
  readonly consistentPoint: Lsn;
  release(): Promise<void>;
}

/**
 * Waits until all transactions that are open now have ended; that is
 * PostgreSQL's condition. The signal ends the wait; the server then goes on
 * making the slot, which counts as in use until it is done.
 */
export async function createSlot(
  config: ClientConfig,
  name: string,
  signal: AbortSignal,
): Promise<NewSlot> {
  // pg passes `replication` to the server; its types do not know it.
  const options: ClientConfig & { replication: "database" } = {
    ...config,
    replication: "database",
  };
  const client = new Client(options);
  client.on("error", () => undefined);
  const giveUp = (): void => void client.end();
  signal.addEventListener("abort", giveUp);
  try {
    await client.connect();
    await client.query("set idle_in_transaction_session_timeout = 0");
    const { rows } = await client.query<{
      snapshot_name: string;
      consistent_point: string;
    }>(
      `CREATE_REPLICATION_SLOT "${name}" LOGICAL pgoutput (SNAPSHOT 'export')`,
    );
    const row = rows[0];
    if (row === undefined) throw new Error("The new slot gave no row.");
    return {
      snapshot: row.snapshot_name,
      consistentPoint: parseLsn(row.consistent_point),
      release: once(() => client.end()),
    };
  } catch (error) {
    await client.end();
    throw slotError(error, name);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

/** What the server says about a slot, with what to do; other errors stay as they are. */
export function slotError(error: unknown, name: string): unknown {
  const options = { cause: error };
  switch (sqlState(error)) {
    case SQL_STATE.objectInUse:
      return new CaptureError(
        "slot-in-use",
        `Another session reads the replication slot ${name}; capture waits until it ends. See who: SELECT active_pid FROM pg_replication_slots WHERE slot_name = '${name}';`,
        options,
      );
    case SQL_STATE.configurationLimit:
      return new CaptureError(
        "no-free-slot",
        "The ams server has no free replication slot. Drop one that nobody needs (SELECT * FROM pg_replication_slots;), or: ALTER SYSTEM SET max_replication_slots = 20; and restart the server.",
        options,
      );
    default:
      return error;
  }
}
