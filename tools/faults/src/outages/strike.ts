import { waitFor } from "@ams-sync/testing";
import type { Gate } from "./gate.js";
import { doubled, lost, type Office, type OfficeSize } from "./office.js";

/** What a case reports of itself. */
export interface Outcome {
  /** Writes that had reached the server when it was struck, of how many. */
  readonly struckAt: readonly string[];
  /** Where the account had nothing left to do, at once: nothing is given time to heal. */
  readonly lost: number;
  /** Two items for one record, at any moment; and what was too much where the account had nothing left to do. */
  readonly doubled: number;
  /** What was doubled, for people. */
  readonly doubles: readonly string[];
  readonly records: number;
  /** Of the further run at the end. */
  readonly furtherWrites: number;
  /** From the first strike until the account had nothing left to do, ms. */
  readonly recoveredAfterMs: number;
  /** How long nobody worked for the account after each strike, where that was measured. */
  readonly gapsMs?: readonly number[];
}

/** Milliseconds that each write waits at the gate, so that a strike hits the middle of a run. */
const SLOWNESS = 60;
/** While it strikes: a busy machine takes seconds to stop a service. */
const STRUCK_SLOWNESS = 400;

/** What is done to the system; gives what is still to be done once it is certain that the run was hit. */
export type Strike = () => Promise<void | (() => Promise<void>)>;

/**
 * Waits until a third of the wave's writes has reached the server, then strikes. Throws if the wave was over
 * before the strike had come through: then nothing was tried.
 */
export async function strikeMidRun(
  { gate, office }: { readonly gate: Gate; readonly office: Office },
  wave: number,
  strike: Strike,
): Promise<string> {
  gate.slowness = SLOWNESS;
  try {
    await waitFor(() => office.written() >= wave / 3, {
      what: `a third of ${wave} writes`,
      timeoutMs: 60_000,
      everyMs: 5,
    });
    const at = office.written();
    gate.slowness = STRUCK_SLOWNESS;
    const then = await strike();
    const after = office.written();
    gate.slowness = SLOWNESS;
    if (at <= 0 || after >= wave)
      throw new Error(
        `The strike missed the run: ${at} writes before it, ${after} of ${wave} after it.`,
      );
    await then?.();
    return `${at}/${wave}`;
  } finally {
    gate.slowness = 0;
  }
}

/** The first transfer is struck, then a second wave of changes, tombstones and new records is. */
export async function strikeTwice(
  site: { readonly gate: Gate },
  office: Office,
  strike: Strike,
  timeoutMs?: number,
): Promise<Outcome> {
  const { customers, appointments } = office.size;
  const begin = performance.now();
  await office.connect();
  const parts = { gate: site.gate, office };
  const first = await strikeMidRun(parts, customers + appointments, strike);
  await office.exact(timeoutMs);
  office.mark();
  const wave = await secondWave(office);
  const second = await strikeMidRun(parts, wave, strike);
  return conclude(office, { struckAt: [first, second], begin, timeoutMs });
}

/** An office whose first transfer is long enough to be struck once. */
export const SMALL: OfficeSize = { customers: 36, appointments: 6 };

/** Only the first transfer is struck. */
export async function strikeOnce(
  { gate }: { readonly gate: Gate },
  office: Office,
  strike: Strike,
): Promise<Outcome> {
  const { customers, appointments } = office.size;
  const begin = performance.now();
  await office.connect();
  const struck = await strikeMidRun(
    { gate, office },
    customers + appointments,
    strike,
  );
  return conclude(office, { struckAt: [struck], begin });
}

/** The last look of every case. */
export async function conclude(
  office: Office,
  told: {
    readonly struckAt: readonly string[];
    readonly begin: number;
    readonly timeoutMs?: number | undefined;
    /** A later look at the server must mend something first: what reached it after its worker had lost the account. */
    readonly mends?: true;
  },
): Promise<Outcome> {
  if (told.mends) await office.healed(told.timeoutMs);
  const first = await office.atRest(told.timeoutMs);
  const recoveredAfterMs = Math.round(performance.now() - told.begin);
  const furtherWrites = await office.furtherRun();
  const last = await office.atRest(told.timeoutMs);
  const doubles = office.doubles();
  return {
    struckAt: told.struckAt,
    lost: Math.max(lost(first), lost(last)),
    doubled: Math.max(doubled(first), doubled(last)) + doubles.length,
    doubles,
    records: last.contacts.expected + last.appointments.expected,
    furtherWrites,
    recoveredAfterMs,
  };
}

/** Each customer and appointment changes, five of each go, five customers come. @returns the writes it takes */
async function secondWave(office: Office): Promise<number> {
  const customers = await office.ids("customer");
  const appointments = await office.ids("appointment");
  const gone = 5;
  await office.commit(
    `update ams.customer set mobile = '+49 151 ' || customer_id, city = 'Lübeck' where tenant_id = :tenant`,
    `update ams.appointment set remark = 'verschoben: Größe ' || appointment_id where tenant_id = :tenant`,
  );
  await office.commit(
    `delete from ams.customer where tenant_id = :tenant and customer_id in (${customers.slice(-gone).join(",")})`,
    `delete from ams.appointment where tenant_id = :tenant and appointment_id in (${appointments.slice(-gone).join(",")})`,
    newCustomers(gone),
  );
  return customers.length + appointments.length + gone;
}

export const newCustomers = (count: number): string =>
  `insert into ams.customer (tenant_id, kind, first_name, last_name, city)
   select :tenant, 'private', 'Jörg', 'Übermüller ' || n || ' ' || clock_timestamp(), 'Görlitz' from generate_series(1, ${count}) n`;
