import { randomUUID } from "node:crypto";
import { RecordKind, StreamKind, System } from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { codeOf, customer, customers, Office } from "./testing/office.js";
import {
  SERVICES,
  StateUnderTest,
  type Service,
} from "./testing/state-under-test.js";

let postgres: Postgres;
let state: StateUnderTest;

beforeAll(async () => {
  postgres = await startPostgres();
  state = await StateUnderTest.on(postgres);
});
afterAll(async () => {
  await state.stop();
  await postgres.stop();
});

describe("who may call", () => {
  const account = { tenantId: randomUUID(), accountId: randomUUID() };
  const run = { account, runId: randomUUID() };
  const stream = StreamKind.CONTACTS;
  const calls: readonly [
    string,
    readonly Service[],
    (caller: Service) => Promise<unknown>,
  ][] = [
    [
      "openSource",
      ["change-capture"],
      (caller) =>
        state
          .feed(caller)
          .openSource({ name: "x", systemIdentifier: "1/x", writer: "" }),
    ],
    [
      "approveAbsent",
      ["change-capture", "console"],
      (caller) => state.feed(caller).approveAbsent({ source: "x", epoch: 9n }),
    ],
    [
      "beginRun",
      ["cloud-connector", "outlook-connector"],
      (caller) =>
        state
          .runs(caller)
          .beginRun({ account, system: System.CLOUD, worker: "" }),
    ],
    [
      "nextWork",
      ["cloud-connector", "outlook-connector"],
      (caller) => state.runs(caller).nextWork({ run, stream, limit: 1 }),
    ],
    [
      "verifyRun",
      ["settings"],
      (caller) => state.runs(caller).verifyRun({ run, system: System.CLOUD }),
    ],
    [
      "resetStream",
      ["settings", "console"],
      (caller) => state.accounts(caller).resetStream({ account, stream }),
    ],
    [
      "listAccounts",
      ["settings", "console"],
      (caller) =>
        state.accounts(caller).listAccounts({ tenantId: account.tenantId }),
    ],
  ];

  it.each(calls)("%s: %j", async (_name, allowed, call) => {
    for (const caller of SERVICES) {
      const code = await call(caller).then(
        () => 0,
        (error: { code: number }) => error.code,
      );
      if (allowed.includes(caller))
        expect([caller, code]).not.toEqual([caller, Status.PERMISSION_DENIED]);
      else expect([caller, code]).toEqual([caller, Status.PERMISSION_DENIED]);
    }
  });
});

describe("bad input", () => {
  it.each([
    ["run", { run: undefined }],
    ["run.account.tenant_id", { tenantId: "ä" }],
    ["run.run_id", { runId: "1" }],
    ["limit", { limit: 0 }],
    ["limit", { limit: 1_001 }],
    ["stream", { stream: StreamKind.UNSPECIFIED }],
  ])("names %s", async (field, { tenantId, runId, ...over }: Bad) => {
    const account = {
      tenantId: tenantId ?? randomUUID(),
      accountId: randomUUID(),
    };
    const call = state.runs().nextWork({
      run: { account, runId: runId ?? randomUUID() },
      stream: StreamKind.CONTACTS,
      limit: 10,
      ...over,
    });
    const failure: Error = await call.then(
      () => new Error("was not refused"),
      (error: Error) => error,
    );
    expect(failure).toMatchObject({ code: Status.INVALID_ARGUMENT });
    expect(failure.message).toContain(`${field} `);
  });

  interface Bad {
    readonly run?: undefined;
    readonly tenantId?: string;
    readonly runId?: string;
    readonly limit?: number;
    readonly stream?: StreamKind;
  }
});

describe("a database that goes away", () => {
  it("is UNAVAILABLE, and everything is there once it is back", async () => {
    const office = new Office(state, "restart");
    const tenant = randomUUID();
    await office.snapshot(customers(tenant, 2));
    const account = await office.account(tenant);
    const run = await office.begin(account);
    await office.takeIn(run);
    await postgres.kill9();
    // Its backends notice within milliseconds that the server is gone, and may answer until then.
    await vi.waitFor(async () =>
      expect(await codeOf(office.slice(run))).toBe(Status.UNAVAILABLE),
    );
    expect(
      await codeOf(
        office.append([customer(tenant, 3, { kind: RecordKind.AGENT })]),
      ),
    ).toBe(Status.UNAVAILABLE);
    await postgres.restart();
    expect(await office.slice(run)).toHaveLength(2);
  });
});
