import type {
  Mishap,
  Mishaps,
  Request,
} from "@ams-sync/connector-kit/contract";
import {
  type DavRequest,
  FAULTS,
  first,
  type Imposable,
  isCreate,
  isReport,
  isUpdate,
  on,
  type Quirk,
  type QuirkProxy,
  QUIRKS,
} from "@ams-sync/testing";
import { STRANGER_AGENT } from "../dav/client.js";

const isSync = isReport("sync-collection");

const MATCHES: Readonly<Record<Request, (request: DavRequest) => boolean>> = {
  create: isCreate,
  update: isUpdate,
  delete: ({ method }) => method === "DELETE",
  changes: (request) => isSync(request) || request.method === "PROPFIND",
  fetch: ({ method, body }) =>
    method === "GET" || (method === "REPORT" && body.includes("multiget")),
};

/** Of the connector; the stranger's requests go undisturbed. */
export const matching =
  (request: Request) =>
  (one: DavRequest): boolean =>
    one.headers["user-agent"] !== STRANGER_AGENT && MATCHES[request](one);

const STALLED: Quirk = {
  name: "stalled",
  sentence: "Neither answer nor end.",
  behave: () => new Promise<never>(() => undefined),
};

/** Mishaps of the connector's requests, nearer to it than the server's traps. */
export class DavMishaps implements Mishaps {
  constructor(
    private readonly proxy: QuirkProxy,
    private readonly traps: readonly Imposable[],
  ) {
    this.clear();
  }

  next(request: Request, mishap: Mishap, times = 1): void {
    const pick = first(times, matching(request));
    if (mishap.kind !== "meanwhile") {
      this.proxy.quirks = [on(pick, QUIRK[mishap.kind](mishap)), ...this.traps];
      return;
    }
    const { act } = mishap;
    const races = this.traps.includes("racing-updates-lost");
    this.proxy.quirks =
      races && request === "update"
        ? this.#betweenLookAndWrite(act)
        : [meanwhile(pick, act), ...this.traps];
  }

  clear(): void {
    this.proxy.quirks = this.traps;
  }

  /** The trap looks at the ETag itself, twice: somebody writes before the second time. */
  #betweenLookAndWrite(act: () => Promise<void>): readonly Imposable[] {
    let looks = Number.NaN;
    const begins = (request: DavRequest): boolean => {
      if (matching("update")(request)) looks = 0;
      return false;
    };
    const second = ({ method, headers }: DavRequest): boolean =>
      method === "GET" &&
      headers["user-agent"] === undefined &&
      (looks += 1) === 2;
    return [
      meanwhile(begins, async () => undefined),
      ...this.traps,
      meanwhile(second, act),
    ];
  }
}

const meanwhile = (
  pick: (request: DavRequest) => boolean,
  act: () => Promise<void>,
): Quirk => ({
  name: "meanwhile",
  sentence: "Somebody else writes first.",
  behave: async (request, next) => {
    if (pick(request)) await act();
    return next(request);
  },
});

const QUIRK: {
  readonly [kind in Exclude<Mishap["kind"], "meanwhile">]: (
    mishap: Extract<Mishap, { kind: kind }> | Mishap,
  ) => Quirk;
} = {
  "answer-lost": () => FAULTS.answerLost(),
  stalls: () => STALLED,
  busy: (mishap) =>
    FAULTS.busy(mishap.kind === "busy" ? String(mishap.seconds) : undefined),
  fails: () => FAULTS.fails(500),
  refused: () => QUIRKS["put-fails-inside"],
};
