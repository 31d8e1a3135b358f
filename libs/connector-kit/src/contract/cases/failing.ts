import {
  ConnectorError,
  type ConnectorErrorKind,
} from "../../connector-error.js";
import type { StreamPort } from "../../port.js";
import type { ContractCase } from "../contract-case.js";
import { forBoth } from "../contract-case.js";
import { CHANGED, ORDINARY, withFields } from "../forms.js";
import type { Stage } from "../stage.js";
import type { Mishap, Request } from "../subject.js";
import { ContractViolation, must, mustEqual } from "../violation.js";

const FAILURES: readonly {
  readonly name: string;
  readonly mishap: Mishap;
  readonly kinds: readonly ConnectorErrorKind[];
  /** Default: all. */
  readonly requests?: readonly Request[];
}[] = [
  {
    name: "the server asks to come back later",
    mishap: { kind: "busy", seconds: 30 },
    kinds: ["throttled"],
  },
  {
    name: "the server fails",
    mishap: { kind: "fails" },
    kinds: ["transient"],
  },
  {
    name: "the server has no room",
    mishap: { kind: "refused" },
    kinds: ["rejected"],
    requests: ["create", "update"],
  },
];

/** Long enough for a slow machine, and no test of speed. */
const SOON_MS = 5_000;

const ATTEMPTS: Readonly<
  Record<
    Request,
    (stage: Stage, port: StreamPort, id: string) => Promise<unknown>
  >
> = {
  create: (stage, port) => port.create(stage.identity(), ORDINARY.contacts),
  update: async (stage, port, id) =>
    port.update(
      await stage.read(port, id, ORDINARY.contacts),
      withFields(ORDINARY.contacts, { [CHANGED.contacts]: "Böttcher" }),
    ),
  delete: (_, port, id) => port.delete(id),
  changes: (_, port) => port.changes(),
  fetch: (_, port, id) => port.fetch([id]),
};
const REQUESTS = Object.keys(ATTEMPTS) as readonly Request[];

async function inTime<T>(attempt: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new ContractViolation(`It ends within ${ms} ms.`)),
      ms,
    );
  });
  try {
    return await Promise.race([attempt, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** As runs do it: some servers fail with 500 for as long as the request that was broken off is still under way there. */
async function insisted(attempt: () => Promise<unknown>): Promise<unknown> {
  for (let left = 5; ; left--) {
    const outcome = await attempt().catch((error: unknown) => error);
    const passes =
      outcome instanceof ConnectorError && outcome.kind === "transient";
    if (!passes || left === 0) return outcome;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export const FAILING: readonly ContractCase[] = [
  ...FAILURES.map(
    ({ name, mishap, kinds, requests = REQUESTS }): ContractCase => ({
      name,
      asserts: `The operation ends with kind ${kinds.join(" or ")} and a sentence, nothing is left half done, and it goes through later.`,
      needs: ["contacts", "mishaps"],
      async run(stage) {
        for (const request of requests) {
          const port = await stage.again("contacts");
          const { id } = await port.create(stage.identity(), ORDINARY.contacts);
          const before = await stage.stranger.facts(id);
          stage.mishaps.next(request, mishap, 99);
          const error = await stage.refused(
            ATTEMPTS[request](stage, port, id),
            kinds,
            request,
          );
          if (mishap.kind === "busy")
            mustEqual(
              error.detail.retryAfterMs,
              mishap.seconds * 1_000,
              `How long ${request} is to wait`,
            );
          stage.mishaps.clear();
          mustEqual(await stage.stranger.facts(id), before, "The item");
          await ATTEMPTS[request](stage, port, id);
        }
      },
    }),
  ),
  {
    name: "cancelled before",
    asserts: "Nothing is sent for a run that is over.",
    needs: ["contacts"],
    async run(stage) {
      const over = new AbortController();
      const port = await stage.again("contacts", over.signal);
      over.abort(new Error("The run is over."));
      const identity = stage.identity();
      const attempt = port.create(identity, ORDINARY.contacts);
      await stage.refused(inTime(attempt, SOON_MS), ["transient"]);
      await stage.refused(inTime(port.changes(), SOON_MS), ["transient"]);
      const id = port.addressOf(identity);
      if (id !== undefined)
        mustEqual(await stage.stranger.facts(id), undefined, "What is there");
    },
  },
  {
    name: "cancelled in the middle",
    asserts:
      "What is under way when the run is over ends soon, with a sentence; what it left is found by the next run.",
    needs: ["contacts", "stalls"],
    async run(stage) {
      for (const request of ["create", "changes"] as const) {
        const over = new AbortController();
        const port = await stage.again("contacts", over.signal);
        stage.mishaps.next(request, { kind: "stalls" }, 99);
        const attempt = ATTEMPTS[request](stage, port, "");
        setTimeout(() => over.abort(new Error("The run is over.")), 100);
        await stage.refused(inTime(attempt, SOON_MS), ["transient"]);
        stage.mishaps.clear();
      }
    },
  },
  {
    name: "a server that never answers",
    asserts:
      "Every operation ends within the time that the connector promises, twice that where it reads first.",
    needs: ["contacts", "stalls"],
    async run(stage) {
      const { impatient } = stage.subject;
      must(impatient !== undefined, "There is an impatient connector");
      const { id } = await stage
        .port("contacts")
        .create(stage.identity(), ORDINARY.contacts);
      for (const request of REQUESTS) {
        const port = await stage.again("contacts", undefined, impatient);
        stage.mishaps.next(request, { kind: "stalls" }, 99);
        await stage.refused(
          inTime(
            ATTEMPTS[request](stage, port, id),
            2 * impatient.requestTimeoutMs + SOON_MS,
          ),
          ["transient"],
        );
        stage.mishaps.clear();
      }
    },
  },
  ...forBoth(
    "cancelled at any moment, and tried again",
    "A create that was broken off leaves nothing or the whole item, and the next attempt ends with one item.",
    async (stage, stream) => {
      const form = ORDINARY[stream];
      for (const ms of [0, 2, 8]) {
        const identity = stage.identity();
        const over = new AbortController();
        const port = await stage.again(stream, over.signal);
        const attempt = port.create(identity, form).catch((error) => error);
        setTimeout(() => over.abort(new Error("The run is over.")), ms);
        const outcome = await inTime(attempt, SOON_MS);
        if (outcome instanceof Error)
          await stage.refused(Promise.reject(outcome), ["transient"]);
        const later = await stage.again(stream);
        await stage.listed(later);
        const second = await insisted(() => later.create(identity, form));
        if (second instanceof Error)
          await stage.refused(Promise.reject(second), ["precondition"]);
        const id = later.addressOf(identity);
        if (id === undefined) continue;
        const item = await stage.read(later, id, form);
        mustEqual(item.uid, identity.uid, "The item's own id");
        stage.mustHold(
          stream,
          item.canonical.fields,
          later.normalize(form).fields,
          "The item",
        );
      }
    },
  ),
];
