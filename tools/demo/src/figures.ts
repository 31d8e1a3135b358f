import { isExact, type ConnectedMailbox, type Verified } from "@ams-sync/proof";
import type { ShownChange } from "./changes.js";
import type { ShownReturn } from "./way-back.js";

/** What a run measured: counts from SQL on ams and from reading the DAV server and the mailbox back, times from a clock. */
export interface Figures {
  readonly ok: boolean;
  readonly cloud: string;
  readonly customersInAms: number;
  readonly appointmentsInAms: number;
  readonly firstSync: {
    readonly records: number;
    readonly seconds: number;
    readonly recordsPerSecond: number;
  };
  readonly users: readonly {
    readonly userId: string;
    readonly contacts: Count;
    readonly appointments: Count;
  }[];
  readonly changes: {
    readonly customerVisibleAfterMs: number | null;
    readonly appointmentVisibleAfterMs: number | null;
  };
  /** Changed on the server. */
  readonly wayBack: {
    readonly customerInAmsAfterMs: number | null;
    readonly appointmentInAmsAfterMs: number | null;
  };
  readonly outlook: {
    /** Not Microsoft's Graph: the demo's own. */
    readonly simulated: true;
    readonly userId: string;
    readonly contacts: Count;
    readonly appointments: Count;
    readonly customerVisibleAfterMs: number | null;
    /** Changed in the mailbox. */
    readonly appointmentInAmsAfterMs: number | null;
  };
}

interface Count {
  readonly expected: number;
  readonly seen: number;
  readonly missing: number;
  readonly surplus: number;
}

export interface Measured {
  readonly cloud: string;
  readonly customers: number;
  readonly appointments: number;
  /** As the DAV server and the mailbox had them after the first synchronisation. */
  readonly records: number;
  readonly seconds: number;
  readonly changes: {
    readonly customer: ShownChange;
    readonly appointment: ShownChange;
  };
  readonly wayBack: {
    readonly customer: ShownReturn;
    readonly appointment: ShownReturn;
  };
  readonly verified: readonly Verified[];
  readonly outlook: Omit<Verified, "user"> & {
    readonly user: ConnectedMailbox;
    readonly there: ShownChange;
    readonly back: ShownReturn;
  };
}

export function figuresOf(measured: Measured): Figures {
  const { changes, wayBack, verified, outlook, records, seconds } = measured;
  const shown = [changes.customer, changes.appointment, outlook.there];
  const returned = [wayBack.customer, wayBack.appointment, outlook.back];
  return {
    ok:
      shown.every(({ visibleAfterMs }) => visibleAfterMs !== undefined) &&
      returned.every(({ inAmsAfterMs }) => inAmsAfterMs !== undefined) &&
      [...verified, outlook].every(isWhole),
    cloud: measured.cloud,
    customersInAms: measured.customers,
    appointmentsInAms: measured.appointments,
    firstSync: {
      records,
      seconds: round(seconds),
      recordsPerSecond: round(records / seconds),
    },
    users: verified.map(({ user, contacts, appointments }) => ({
      userId: user.userId,
      contacts: count(contacts),
      appointments: count(appointments),
    })),
    changes: {
      customerVisibleAfterMs: changes.customer.visibleAfterMs ?? null,
      appointmentVisibleAfterMs: changes.appointment.visibleAfterMs ?? null,
    },
    wayBack: {
      customerInAmsAfterMs: wayBack.customer.inAmsAfterMs ?? null,
      appointmentInAmsAfterMs: wayBack.appointment.inAmsAfterMs ?? null,
    },
    outlook: {
      simulated: true,
      userId: outlook.user.userId,
      contacts: count(outlook.contacts),
      appointments: count(outlook.appointments),
      customerVisibleAfterMs: outlook.there.visibleAfterMs ?? null,
      appointmentInAmsAfterMs: outlook.back.inAmsAfterMs ?? null,
    },
  };
}

/** Every record is there exactly once. */
export const isWhole = ({
  contacts,
  appointments,
}: Omit<Verified, "user">): boolean =>
  isExact(contacts) && isExact(appointments);

const count = (difference: Verified["contacts"]): Count => ({
  expected: difference.expected,
  seen: difference.seen,
  missing: difference.missing.length,
  surplus: difference.surplus.length,
});

const round = (value: number): number => Math.round(value * 10) / 10;
