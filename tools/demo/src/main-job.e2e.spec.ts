import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateBrokerage, type GeneratedBrokerage } from "@ams-sync/ams";
import {
  AccountServiceDefinition,
  SettingsServiceDefinition,
  StreamKind,
  type SetAsideEntry,
} from "@ams-sync/contracts";
import { grpcClient, type GrpcClient } from "@ams-sync/platform";
import { startStack, type Stack } from "@ams-sync/stack";
import {
  radicaleAvailable,
  startOtlpReceiver,
  startRadicale,
  waitFor,
  type OtlpReceiver,
  type Radicale,
  type ReceivedSpan,
} from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  compare,
  type ConnectedUser,
  connectUser,
  DavReader,
  expectedOf,
  progressOf,
  readUser,
  type SeenItems,
} from "@ams-sync/proof";

/** All services, a real DAV server, and a brokerage with rows that nobody can carry. */
describe.skipIf(!radicaleAvailable())("the main job", () => {
  let data: string;
  let otlp: OtlpReceiver;
  let stack: Stack;
  let radicale: Radicale;
  let brokerage: GeneratedBrokerage;
  let ams: Client;
  let accounts: GrpcClient<typeof AccountServiceDefinition>;
  let users: ConnectedUser[];
  const deaths: string[] = [];

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "ams-sync-main-job-"));
    otlp = await startOtlpReceiver();
    stack = await startStack({
      data,
      env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url },
      postgresSettings: { fsync: "off" },
      onDeath: (text) => deaths.push(text),
    });
    brokerage = await generateBrokerage({
      url: stack.amsAdminUrl,
      seed: 7,
      name: "Prüfmakler",
      now: new Date(),
      users: 2,
      customers: 60,
      appointments: 40,
      companies: 3,
      agents: 3,
      brokenRows: 6,
    });
    ams = new Client({ connectionString: stack.amsAdminUrl });
    await ams.connect();
    await ams.query("select set_config('app.tenant_id', $1, false)", [
      brokerage.tenantId,
    ]);
    radicale = await startRadicale({
      users: brokerage.users.map(({ login }) => ({
        name: login,
        password: "geheim",
      })),
    });
    accounts = grpcClient(AccountServiceDefinition, {
      address: stack.grpc.state,
      audience: "state",
      keys: stack.keys,
    });
    const settings = grpcClient(SettingsServiceDefinition, {
      address: stack.grpc.settings,
      audience: "settings",
      keys: stack.keys,
    });
    users = [];
    for (const user of brokerage.users)
      users.push(
        await connectUser(
          settings,
          brokerage.tenantId,
          { userId: user.userId, name: user.login },
          { url: radicale.url, username: user.login, password: "geheim" },
        ),
      );
    settings.close();
    await quiet();
  });

  afterAll(async () => {
    accounts?.close();
    await ams?.end();
    await radicale?.stop();
    await stack?.stop();
    await otlp?.stop();
    await rm(data, { recursive: true, force: true });
    expect(deaths).toEqual([]);
  });

  /** Until everything is taken in and worked on. */
  const quiet = (): Promise<unknown> =>
    until(
      "all accounts to be synchronised",
      async () => {
        const answer = await accounts.listAccounts({
          tenantId: brokerage.tenantId,
        });
        return (
          answer.accounts.length === brokerage.users.length &&
          progressOf(answer.accounts).finished
        );
      },
      120_000,
    );

  const userAt = (index: number): ConnectedUser => {
    const user = users[index];
    if (!user) throw new Error("no such user");
    return user;
  };

  const sound = async (user: ConnectedUser) => {
    const expected = await expectedOf(ams, brokerage.tenantId, user.userId);
    const broken = (kind: string) =>
      new Set(
        brokerage.broken
          .filter((each) => each.kind === kind)
          .map(({ id }) => id),
      );
    const [customers, appointments] = [
      broken("customer"),
      broken("appointment"),
    ];
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
      account: { tenantId: brokerage.tenantId, accountId: user.accountId },
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
      const visible = await expectedOf(ams, brokerage.tenantId, user.userId);
      for (const { kind, id, problem } of brokerage.broken) {
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
    const broken = brokerage.broken.find(
      ({ problem }) => problem.code === "impossible-time",
    );
    if (!broken) throw new Error("the generator made no such row");
    await ams.query(
      "update ams.appointment set starts_at_time = '09:30' where tenant_id = $1 and appointment_id = $2",
      [brokerage.tenantId, broken.id],
    );
    const owner = await expectedOf(ams, brokerage.tenantId, userAt(0).userId);
    const mine = owner.appointments.find(({ id }) => id === broken.id);
    const user = mine ? userAt(0) : userAt(1);
    const line =
      mine?.line ??
      (
        await expectedOf(ams, brokerage.tenantId, user.userId)
      ).appointments.find(({ id }) => id === broken.id)?.line;
    await until("the mended appointment", async () =>
      (await readUser(user)).appointments.some((item) => item.line === line),
    );
    // From here on it is a sound one.
    const index = brokerage.broken.indexOf(broken);
    brokerage = { ...brokerage, broken: brokerage.broken.toSpliced(index, 1) };
  });

  test("one trace leads from the commit in ams over the queue to the write", async () => {
    await quiet();
    otlp.clear();
    const user = userAt(0);
    const [record] = (await sound(user)).contacts;
    if (!record) throw new Error("no record to change");
    await ams.query(
      "update ams.customer set city = 'Görlitz' where tenant_id = $1 and customer_id = $2",
      [brokerage.tenantId, record.id],
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
      [brokerage.tenantId, victim.id],
    );
    await until(
      "the card to be gone",
      async () =>
        (await readUser(user)).contacts.length === before.contacts.length - 1,
    );
    await quiet();
    for (const each of users)
      expect(await differences(each, await readUser(each))).toEqual(EXACT);
  });

  test("an agent's release withdrawn takes those customers away, given back brings them", async () => {
    const user = userAt(0);
    const [agent] = brokerage.users[0]?.releasedAgents ?? [];
    const release = [brokerage.tenantId, user.userId, agent];
    const before = (await sound(user)).contacts.length;
    await ams.query(
      "delete from ams.agent_release where tenant_id = $1 and user_id = $2 and agent_id = $3",
      release,
    );
    const fewer = (await sound(user)).contacts.length;
    expect(fewer).toBeLessThan(before);
    await until(
      "the cards to be gone",
      async () => (await readUser(user)).contacts.length === fewer,
    );
    await ams.query(
      "insert into ams.agent_release (tenant_id, user_id, agent_id) values ($1, $2, $3)",
      release,
    );
    await until(
      "the cards to be back",
      async () => (await readUser(user)).contacts.length === before,
    );
    await quiet();
    expect(await differences(user, await readUser(user))).toEqual(EXACT);
  });

  test("after a reset nothing is doubled and nothing is written again", async () => {
    const user = userAt(0);
    const etags = async () => {
      const reader = new DavReader(user.login);
      const found: string[] = [];
      for (const { url, name } of await reader.collections())
        if (name === "ams")
          for (const item of await reader.items(url))
            found.push(`${item.url} ${item.etag}`);
      return found.sort();
    };
    const before = await etags();
    for (const stream of [StreamKind.CONTACTS, StreamKind.APPOINTMENTS])
      await accounts.resetStream({
        account: { tenantId: brokerage.tenantId, accountId: user.accountId },
        stream,
      });
    await quiet();
    expect(await etags()).toEqual(before);
    expect(await differences(user, await readUser(user))).toEqual(EXACT);
  });

  test("no log line and no trace holds a password", async () => {
    for (const name of await readdir(stack.folders.logs))
      expect(
        await readFile(join(stack.folders.logs, name), "utf8"),
      ).not.toContain("geheim");
    expect(JSON.stringify(otlp.spans())).not.toContain("geheim");
  });
});

const until = (
  what: string,
  question: () => Promise<boolean>,
  timeoutMs = 30_000,
): Promise<boolean> => waitFor(question, { what, timeoutMs, everyMs: 100 });

/** The span and its parents, the root last. */
function ancestors(
  spans: readonly ReceivedSpan[],
  span: ReceivedSpan | undefined,
): ReceivedSpan[] {
  const way: ReceivedSpan[] = [];
  for (let at = span; at !== undefined;) {
    way.push(at);
    const { parentSpanId } = at;
    at = spans.find(({ spanId }) => spanId === parentSpanId);
  }
  return way;
}
