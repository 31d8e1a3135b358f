import {
  CONTRACT,
  runContract,
  Stage,
  type Subject,
} from "@ams-sync/connector-kit/contract";
import type { StreamKind } from "@ams-sync/sync-core";
import type { ContractArgs } from "./args.js";
import { DavClient } from "./dav/client.js";
import { findHomes, type Homes } from "./dav/homes.js";
import { NoSuchPlace } from "./dav/no-such-place.js";
import { DavStranger } from "./dav/stranger.js";
import { davSubject } from "./dav/subject.js";
import { PROBES } from "./probes.js";
import { CannotLook, Place } from "./questions.js";
import { type ContractReport, copingIn, type TrapFound } from "./report.js";

export interface Watch {
  readonly signal: AbortSignal;
  /** Before the first step and after each. */
  readonly onStep: (done: number, all: number) => void;
  /** In the end, whatever that is: addresses of collections of ours that could not be removed. */
  readonly onLeft: (urls: readonly string[]) => void;
}

const ELSEWHERE =
  "Nothing goes wrong on the way here; that is tried on servers of our own (npm test).";

/** What no one may do to somebody's account. */
const LACKS: Subject["lacks"] = {
  "own-container": "The account's own collections are not touched.",
  mishaps: ELSEWHERE,
  stalls: ELSEWHERE,
};

/** @throws NoSuchPlace, or the reason of the signal; what was made there is removed in any case, or told */
export async function tryServer(
  { url, username, password }: ContractArgs,
  { signal, onStep, onLeft }: Watch,
): Promise<ContractReport> {
  const begin = performance.now();
  const login = { url, username, password };
  const client = new DavClient(login, { signal, most: 2_000 });
  const last = new DavClient(login, { most: 200, origins: client.origins });
  const homes = await findHomes(client).catch((error: unknown) => {
    signal.throwIfAborted();
    throw unreachable(error, url);
  });
  const stranger = new DavStranger(client, homes, last);
  const all = PROBES.length + CONTRACT.length;
  let done = 0;
  const step = () => onStep((done += 1), all);
  try {
    onStep(0, all);
    const place = await placeOf(client, stranger, homes);
    const found = await look(place, step);
    const has = found.flatMap(({ probe, asked }) => (asked ? [probe] : []));
    const subject = davSubject({ ...login, serverUrl: url }, stranger, {
      lacks: Object.assign(
        {},
        LACKS,
        lacking(homes),
        ...has.map(({ lacks }) => lacks),
      ),
      bends: Object.assign({}, ...has.map(({ bends }) => bends)),
      drops: Object.assign({}, ...found.map(({ drops }) => drops)),
    });
    try {
      const stage = await Stage.open(subject, signal);
      const cases = await runContract(CONTRACT, stage, {
        signal,
        onResult: step,
      });
      const requests = stage.requests + client.requests;
      await stage.close();
      const broken = cases.filter(({ outcome }) => outcome === "broken");
      const traps = found.map(({ probe, does }): TrapFound => ({
        trap: probe.trap,
        server: does,
        product: probe.copes,
        copes: copingIn(cases, probe.shownBy),
      }));
      return {
        server: new URL(url).host,
        ok: broken.length === 0,
        traps,
        cases,
        requests: requests + last.requests,
        seconds: Math.round((performance.now() - begin) / 100) / 10,
        left: stranger.left,
      };
    } finally {
      await subject.close();
    }
  } finally {
    await stranger.leave();
    onLeft(stranger.left);
    await Promise.all([client.close(), last.close()]);
  }
}

const lacking = ({ contacts, appointments }: Homes): Subject["lacks"] => ({
  ...(contacts === undefined && {
    contacts: "The server keeps no address books.",
  }),
  ...(appointments === undefined && {
    appointments: "The server keeps no calendars.",
  }),
});

async function placeOf(
  client: DavClient,
  stranger: DavStranger,
  homes: Homes,
): Promise<Place> {
  const made: Partial<Record<StreamKind, string>> = {};
  for (const stream of ["contacts", "appointments"] as const)
    if (homes[stream] !== undefined)
      made[stream] = await stranger.container(stream, "traps");
  return new Place(client, made);
}

async function look(place: Place, step: () => void) {
  const found = [];
  for (const probe of PROBES) {
    try {
      const does = await probe.look(place);
      if (does === undefined) continue;
      const told = typeof does === "string" ? { does } : does;
      found.push({ probe, asked: true, drops: {}, ...told });
    } catch (error) {
      if (!(error instanceof CannotLook)) throw error;
      found.push({ probe, does: error.message, asked: false, drops: {} });
    } finally {
      step();
    }
  }
  return found;
}

function unreachable(error: unknown, url: string): unknown {
  if (error instanceof NoSuchPlace) return error;
  const code =
    error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
  return new NoSuchPlace(
    `${new URL(url).host} cannot be reached${code}. Check the address, the network and, for https, the server's certificate.`,
  );
}
