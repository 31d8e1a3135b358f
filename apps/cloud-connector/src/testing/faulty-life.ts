import { FAULTS, first, on, type Quirk, waitFor } from "@ams-sync/testing";
import {
  contact,
  type QuirkAccount,
  type QuirkWorld,
  visit,
} from "./quirk-world.js";

/** Longer than any back-off for what may pass. */
const HOURS_MS = 7 * 60 * 60 * 1_000;
const SLOW_MS = 900;
const TIMEOUT_MS = 350;

/** How a request may end. Slower than the connector's patience is one of them. */
export const ENDINGS: readonly Quirk[] = [
  FAULTS.reset(),
  FAULTS.fails(500),
  FAULTS.fails(502),
  FAULTS.busy(),
  FAULTS.busy("5"),
  FAULTS.busy("Mon, 04 Mar 2024 08:40:00 GMT", 429),
  FAULTS.cut(),
  FAULTS.answerLost(),
  FAULTS.slow(SLOW_MS),
  FAULTS.late(SLOW_MS),
];

export interface Strike {
  readonly phase: "first" | "second";
  readonly fault: Quirk;
  /** The request that is struck, from 0 on, and how many from there. */
  readonly at: number;
  readonly times: number;
}

export interface Lived {
  readonly facts: readonly string[];
  /** Requests of each phase. */
  readonly requests: Readonly<Record<Strike["phase"], number>>;
  /** By a further run over everything. */
  readonly writes: number;
  readonly setAside: number;
  /** Requests that the strike hit, as the proxy counts them. */
  readonly hits: number;
}

/** A first transfer, then changes of every kind, in one of them the strike; and as long as it takes to recover. */
export async function live(world: QuirkWorld, strike?: Strike): Promise<Lived> {
  const own = world.account(
    ["slow", "late"].includes(strike?.fault.name ?? "")
      ? { timeoutMs: TIMEOUT_MS }
      : {},
  );
  const requests = { first: 0, second: 0 };
  const phase = async (name: Strike["phase"], commit: () => void) => {
    world.proxy.requests.clear();
    if (strike?.phase === name)
      world.proxy.quirks = [
        on(
          first(strike.times, () => true, strike.at),
          strike.fault,
        ),
      ];
    commit();
    await own.settle();
    requests[name] = world.proxy.requests.count();
    // In both: with little patience other requests may be late too.
    await recover(own, world);
    world.proxy.quirks = [];
  };
  try {
    await phase("first", () =>
      own.commit([contact("1"), contact("2"), contact("3"), visit("1")]),
    );
    await phase("second", () => {
      own.commit(
        [
          contact("1", { city: "Görlitz" }),
          contact("4"),
          visit("1", { to: "04:00" }),
          visit("2"),
        ],
        [contact("2")],
      );
      own.lookOverAll();
    });
    const { writes } = await own.again();
    const setAside = (["contacts", "appointments"] as const).flatMap(
      (kind) => own.state.stream(own.key.accountId, kind).setAside,
    );
    return {
      ...{ facts: await own.facts(), requests, writes },
      setAside: setAside.length,
      hits: strike ? world.proxy.hits.of(strike.fault.name) : 0,
    };
  } finally {
    await own.close();
  }
}

/** What failed is tried again after its back-off, and what a slow server still had to do is done. */
async function recover(own: QuirkAccount, world: QuirkWorld): Promise<void> {
  await waitFor(() => world.proxy.requests.underWay === 0, {
    what: "the server to have answered everything",
  });
  for (let round = 0; round < 3; round += 1) {
    await own.clock.advance(HOURS_MS);
    await own.settle();
  }
}

/** Every ending at every n-th request, once and three times in a row. */
export function strikes(
  requests: Lived["requests"],
  step: number,
): readonly Strike[] {
  const cases: Strike[] = [];
  let n = 0;
  for (const phase of ["first", "second"] as const)
    for (const fault of ENDINGS)
      for (const times of [1, 3])
        for (let at = 0; at < requests[phase]; at += 1)
          if ((n += 1) % step === 0) cases.push({ phase, fault, at, times });
  return cases;
}
