import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GeneratedBrokerage } from "@ams-sync/ams";
import { StreamKind, type SetAsideEntry } from "@ams-sync/contracts";
import {
  radicaleAvailable,
  startOtlpReceiver,
  startRadicale,
  waitFor,
  type OtlpReceiver,
  type Radicale,
} from "@ams-sync/testing";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  approveHeld,
  compare,
  type ConnectedUser,
  expectedOf,
  type Office,
  openOffice,
  readUser,
  type SeenItems,
} from "@ams-sync/proof";
import { ancestors, etagsOf, until } from "./main-job-questions.js";
import { STORES, type Store } from "./main-job-stores.js";

/** All services, a real DAV server, and a brokerage with rows that nobody can carry. */
const suite = ({ size, start }: (typeof STORES)[number]): void => {
  let data: string;
  let otlp: OtlpReceiver;
  let store: Store;
  let office: Office;
  let radicale: Radicale;
  let tenantId: string;
  let ams: Client;
  let accounts: Office["accounts"];
  let broken: GeneratedBrokerage["broken"];
  let users: ConnectedUser[];
  const deaths: string[] = [];

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "ams-sync-main-job-"));
    otlp = await startOtlpReceiver();
    store = await start();
    office = await openOffice({
      stack: {
        data,
        redisUrl: store.redisUrl,
        env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url },
        postgresSettings: { fsync: "off" },
        onDeath: (text) => deaths.push(text),
      },
      brokerage: {
        seed: 7,
        users: 2,
        ...size,
        companies: 3,
        agents: 3,
        brokenRows: 6,
      },
    });
    ({ tenantId, ams, accounts } = office);
    ({ broken } = office.brokerage);
    const logins = office.brokerage.users.map(({ login }) => login);
    radicale = await startRadicale({
      users: logins.map((name) => ({ name, password: "geheim" })),
    });
    users = [];
    for (const [index, username] of logins.entries())
      users.push(
        await office.connect(index, {
          url: radicale.url,
          username,
          password: "geheim",
        }),
      );
    await office.quiet();
  });

  afterAll(async () => {
    await office?.stop();
    await radicale?.stop();
    await store?.stop();
    await otlp?.stop();
    await rm(data, { recursive: true, force: true });
    expect(deaths).toEqual([]);
  });

  const userAt = (index: number): ConnectedUser => {
    const user = users[index];
    if (!user) throw new Error("no such user");
    return user;
  };

  const sound = async (user: ConnectedUser) => {
    const expected = await expectedOf(ams, tenantId, user.userId);
    const brokenOnes = (kind: string) =>
      new Set(broken.filter((each) => each.kind === kind).map(({ id }) => id));
    const customers = brokenOnes("customer");
    const appointments = brokenOnes("appointment");
    return {
      contacts: expected.contacts.filter(({ id }) => !customers.has(id)),
      appointments: expected.appointments.filter(
        ({ id }) => !appointments.has(id),
      ),
    };
  };

  const differences = async (user: ConnectedUser, seen: SeenItems) => {
    const expected = await sound(user);
    return (["contacts", "appointments"] as const).map((stream) => {
      const { missing, surplus } = compare(
        expected[stream].map(({ line }) => line),
        seen[stream].map(({ line }) => line),
      );
      return { stream, missing, surplus };
    });
  };

  const EXACT = [
    { stream: "contacts", missing: [], surplus: [] },
    { stream: "appointments", missing: [], surplus: [] },
  ];

  const setAside = async (user: ConnectedUser): Promise<SetAsideEntry[]> => {
    const answer = await accounts.listSetAside({
      account: { tenantId, accountId: user.accountId },
      limit: 100,
    });
    return answer.entries;
  };

  test("every sound record is there exactly once, for each user only what this user may see", async () => {
    for (const user of users)
      expect(await differences(user, await readUser(user))).toEqual(EXACT);
    const counts = await Promise.all(users.map(sound));
    // The generator lets the second user see only some agents' customers.
    expect(counts[1]?.contacts.length).toBeLessThan(
      counts[0]?.contacts.length ?? 0,
    );
  });

  test("broken rows are set aside with their reason and without their content", async () => {
    const entries = (await Promise.all(users.map(setAside))).flat();
    const seen = new Set(
      entries.map(({ recordId, code }) => `${recordId} ${code}`),
    );
    const expected = new Set<string>();
    for (const user of users) {
      const visible = await expectedOf(ams, tenantId, user.userId);
      for (const { kind, id, problem } of broken) {
        const there =
          kind === "customer" ? visible.contacts : visible.appointments;
        if (there.some((record) => record.id === id))
          expected.add(`${id} ${problem.code}`);
      }
    }
    expect(expected.size).toBeGreaterThanOrEqual(4);
    expect(seen).toEqual(expected);
    const said = entries.map(({ message }) => message).join(" ");
    expect(said).not.toMatch(/Überlänge|Schäfer|02-3\d|25:61/);
  });

  test("a broken row that is mended in ams arrives", async () => {
    const row = broken.find(
      ({ problem }) => problem.code === "impossible-time",
    );
    if (!row) throw new Error("the generator made no such row");
    await ams.query(
      "update ams.appointment set starts_at_time = '09:30' where tenant_id = $1 and appointment_id = $2",
      [tenantId, row.id],
    );
    const owner = await expectedOf(ams, tenantId, userAt(0).userId);
    const mine = owner.appointments.find(({ id }) => id === row.id);
    const user = mine ? userAt(0) : userAt(1);
    const line =
      mine?.line ??
      (await expectedOf(ams, tenantId, user.userId)).appointments.find(
        ({ id }) => id === row.id,
      )?.line;
    await until("the mended appointment", async () =>
      (await readUser(user)).appointments.some((item) => item.line === line),
    );
    // From here on it is a sound one.
    broken = broken.filter((each) => each !== row);
  });

  test("one trace leads from the commit in ams over the queue to the write", async () => {
    await office.quiet();
    otlp.clear();
    const user = userAt(0);
    const [record] = (await sound(user)).contacts;
    if (!record) throw new Error("no record to change");
    await ams.query(
      "update ams.customer set city = 'Görlitz' where tenant_id = $1 and customer_id = $2",
      [tenantId, record.id],
    );
    // Spans come in batches, children before their parents.
    const way = await waitFor(
      () =>
        otlp
          .spans()
          .filter(({ name }) => name === "write customer")
          .map((write) => ancestors(otlp.spans(), write))
          .find((path) => path.at(-1)?.service === "change-capture"),
      { what: "a write whose trace begins in change-capture" },
    );
    expect(new Set(way.map(({ traceId }) => traceId)).size).toBe(1);
    expect(way.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["write customer", "run", "capture commit"]),
    );
    expect(JSON.stringify(otlp.spans())).not.toMatch(/Görlitz|geheim/);
  });

  test("a customer deleted in ams disappears, and only that one", async () => {
    const user = userAt(0);
    const before = await sound(user);
    const [victim] = before.contacts.toReversed();
    if (!victim) throw new Error("no customer to delete");
    await ams.query(
      "delete from ams.customer where tenant_id = $1 and customer_id = $2",
      [tenantId, victim.id],
    );
    await until(
      "the card to be gone",
      async () =>
        (await readUser(user)).contacts.length === before.contacts.length - 1,
    );
    await office.quiet();
    for (const each of users)
      expect(await differences(each, await readUser(each))).toEqual(EXACT);
  });

  test("an agent's release withdrawn takes those customers away once somebody has approved it, given back brings them", async () => {
    const user = userAt(0);
    const [agent] = office.brokerage.users[0]?.releasedAgents ?? [];
    const release = [tenantId, user.userId, agent];
    const before = (await sound(user)).contacts.length;
    await ams.query(
      "delete from ams.agent_release where tenant_id = $1 and user_id = $2 and agent_id = $3",
      release,
    );
    const fewer = (await sound(user)).contacts.length;
    expect(fewer).toBeLessThan(before);
    let approved = 0;
    await until("the cards to be gone", async () => {
      approved += await approveHeld(accounts, {
        ...{ tenantId, accountId: user.accountId },
      });
      return (await readUser(user)).contacts.length === fewer;
    });
    // More than ten a day are not deleted unasked.
    if (before - fewer > 10) expect(approved).toBeGreaterThan(0);
    await ams.query(
      "insert into ams.agent_release (tenant_id, user_id, agent_id) values ($1, $2, $3)",
      release,
    );
    await until(
      "the cards to be back",
      async () => (await readUser(user)).contacts.length === before,
    );
    await office.quiet();
    expect(await differences(user, await readUser(user))).toEqual(EXACT);
  });

  test("after a reset nothing is doubled and nothing is written again", async () => {
    const user = userAt(0);
    const etags = () => etagsOf(user.login);
    const before = await etags();
    for (const stream of [StreamKind.CONTACTS, StreamKind.APPOINTMENTS])
      await accounts.resetStream({
        account: { tenantId, accountId: user.accountId },
        stream,
      });
    await office.quiet();
    expect(await etags()).toEqual(before);
    expect(await differences(user, await readUser(user))).toEqual(EXACT);
  });

  test("no log line and no trace holds a password", async () => {
    const { logs } = office.stack.folders;
    for (const name of await readdir(logs))
      expect(await readFile(join(logs, name), "utf8")).not.toContain("geheim");
    expect(JSON.stringify(otlp.spans())).not.toContain("geheim");
  });
};

for (const store of STORES)
  describe.skipIf(!store.available || !radicaleAvailable())(
    `the main job, its queues in ${store.name}`,
    () => {
      suite(store);
    },
  );
