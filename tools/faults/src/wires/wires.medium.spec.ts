import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AccountServiceDefinition } from "@ams-sync/contracts";
import {
  generateServiceKeys,
  grpcClient,
  serveGrpc,
  ServiceKeys,
  type GrpcServer,
} from "@ams-sync/platform";
import {
  redisAvailable,
  startPostgres,
  startRedis,
  type Postgres,
  type Redis,
} from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openDavWire } from "./dav-wire.js";
import { openGrpcWire } from "./grpc-wire.js";
import { openPostgresWire } from "./postgres-wire.js";
import { openRedisWire } from "./redis-wire.js";
import type { Passing, Toll, Wire } from "./wire.js";

const HOST = "127.0.0.1";
let passed: string[] = [];
let lost: string | undefined;
const toll: Toll = ({ wire, label, when }: Passing) => {
  const passing = `${wire}: ${when} ${label}`;
  passed.push(passing);
  return passing !== lost;
};
afterEach(() => {
  passed = [];
  lost = undefined;
});

describe("a wire of PostgreSQL", () => {
  let postgres: Postgres;
  let url: string;
  let wire: Wire;
  beforeAll(async () => {
    postgres = await startPostgres();
    url = await postgres.createDatabase("größe");
    await ask(url, "create table kunde (name text)");
    wire = await openPostgresWire({
      name: "db",
      to: { host: HOST, port: postgres.port },
      toll,
    });
  });
  afterAll(async () => {
    await wire?.close();
    await postgres?.stop();
  });

  async function ask(at: string, ...statements: string[]) {
    const client = new Client({ connectionString: at });
    client.on("error", () => undefined);
    await client.connect();
    try {
      let rows: unknown[] = [];
      for (const statement of statements)
        ({ rows } = await client.query(
          statement,
          statement.includes("$1") ? ["Müller"] : undefined,
        ));
      return rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  const through = (): string => {
    const other = new URL(url);
    other.port = String(wire.port);
    return other.href;
  };
  const WORK = ["begin", "insert into kunde values ($1)", "commit"];
  const count = async (): Promise<unknown[]> =>
    ask(url, "select count(*)::int from kunde");

  it("changes nothing, and names what passes", async () => {
    expect(await ask(through(), ...WORK, "select name from kunde")).toEqual([
      { name: "Müller" },
    ]);
    expect(passed.filter((each) => each.includes("before"))).toEqual([
      "db: before begin",
      "db: before insert kunde",
      "db: before commit insert kunde",
      "db: before select kunde",
    ]);
    const long = "x".repeat(3_000_000);
    expect(await ask(through(), `select '${long}' as long`)).toEqual([
      { long },
    ]);
  });

  it("loses a commit, or only its answer", async () => {
    const [before] = await count();
    lost = "db: before commit insert kunde";
    await expect(ask(through(), ...WORK)).rejects.toThrow(/terminated/);
    expect(await count()).toEqual([before]);
    lost = "db: after commit insert kunde";
    await expect(ask(through(), ...WORK)).rejects.toThrow(/terminated/);
    expect(await count()).not.toEqual([before]);
  });
});

describe("a wire of gRPC", () => {
  let server: GrpcServer;
  let wire: Wire;
  let heard: string[] = [];
  let keys: ServiceKeys;
  beforeAll(async () => {
    const made = await generateServiceKeys(["state", "console"]);
    const keysOf = (name: string) =>
      ServiceKeys.from(made.privateKeys.get(name) ?? {}, made.publicKeys);
    keys = await keysOf("console");
    const never = () => Promise.reject(new Error("not here"));
    server = await serveGrpc({
      host: HOST,
      port: 0,
      keys: await keysOf("state"),
      services: [
        {
          definition: AccountServiceDefinition,
          implementation: {
            announceAccount: never,
            resetStream: never,
            listSetAside: never,
            listHeld: never,
            approveHeld: never,
            listLeft: never,
            decideItem: never,
            listLost: never,
            decideLost: never,
            listConflicts: never,
            getPreview: never,
            applyPreview: never,
            listAccounts: async ({ tenantId }) => {
              heard.push(tenantId);
              return { accounts: [{ userId: tenantId }] };
            },
          },
          callers: { listAccounts: ["console"] },
        },
      ],
    });
    wire = await openGrpcWire({
      name: "state",
      to: { host: HOST, port: server.port },
      toll,
    });
  });
  afterAll(async () => {
    await wire?.close();
    await server?.close();
  });
  afterEach(() => void (heard = []));

  async function list(tenantId: string) {
    const client = grpcClient(AccountServiceDefinition, {
      address: `${HOST}:${wire.port}`,
      audience: "state",
      keys,
    });
    try {
      return (await client.listAccounts({ tenantId })).accounts;
    } finally {
      client.close();
    }
  }

  it("changes nothing, and names what passes", async () => {
    const long = "Größe".repeat(100_000);
    expect(await list(long)).toMatchObject([{ userId: long }]);
    expect(passed).toEqual([
      "state: before ListAccounts",
      "state: after ListAccounts",
    ]);
  });

  it("hands on what the callee refuses", async () => {
    const client = grpcClient(AccountServiceDefinition, {
      address: `${HOST}:${wire.port}`,
      audience: "state",
      keys,
    });
    await expect(client.resetStream({})).rejects.toThrow(/PERMISSION_DENIED/);
    client.close();
  });

  it("loses a call, or only its answer", async () => {
    lost = "state: before ListAccounts";
    await expect(list("eins")).rejects.toThrow(/UNAVAILABLE/);
    expect(heard).toEqual([]);
    lost = "state: after ListAccounts";
    await expect(list("zwei")).rejects.toThrow(/UNAVAILABLE/);
    expect(heard).toEqual(["zwei"]);
  });
});

describe("a wire of WebDAV", () => {
  let server: Server;
  let wire: Wire;
  let heard: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        heard.push(`${request.method} ${request.url} ${body}`);
        response.writeHead(201, { etag: '"1"' }).end("gut");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
    const { port } = server.address() as AddressInfo;
    wire = await openDavWire({ name: "dav", to: { host: HOST, port }, toll });
  });
  afterAll(async () => {
    await wire?.close();
    server?.close();
  });
  afterEach(() => void (heard = []));
  const put = () =>
    fetch(`http://${HOST}:${wire.port}/a/b.vcf`, {
      method: "PUT",
      headers: { "if-none-match": "*" },
      body: "Müller",
    });

  it("changes nothing, and names what passes", async () => {
    const answer = await put();
    expect([answer.status, answer.headers.get("etag")]).toEqual([201, '"1"']);
    expect(await answer.text()).toBe("gut");
    expect(heard).toEqual(["PUT /a/b.vcf Müller"]);
    expect(passed).toEqual([
      "dav: before PUT new card",
      "dav: after PUT new card",
    ]);
  });

  it("loses a request, or only its answer", async () => {
    lost = "dav: before PUT new card";
    await expect(put()).rejects.toThrow("fetch failed");
    expect(heard).toEqual([]);
    lost = "dav: after PUT new card";
    await expect(put()).rejects.toThrow("fetch failed");
    expect(heard).toHaveLength(1);
  });
});

describe.skipIf(!redisAvailable())("a wire of Redis", () => {
  let redis: Redis;
  let wire: Wire;
  beforeAll(async () => {
    redis = await startRedis();
    wire = await openRedisWire({
      name: "queue",
      to: { host: HOST, port: redis.port },
      toll,
    });
  });
  afterAll(async () => {
    await wire?.close();
    await redis?.stop();
  });

  /** What Redis answers to commands in its own words, or what came until the connection broke. */
  const say = async (port: number, text: string, enough: string) => {
    const { connect } = await import("node:net");
    return new Promise<string>((resolve) => {
      let answer = "";
      const socket = connect(port, HOST, () => socket.write(text));
      socket.on("data", (part) => {
        answer += part.toString();
        if (answer.includes(enough)) socket.end();
      });
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(answer));
    });
  };
  const command = (...parts: string[]): string =>
    `*${parts.length}\r\n${parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join("")}`;
  const SCRIPT =
    "--[[\n  Adds a job. Twice.\n]]\nreturn redis.call('INCR', KEYS[1])";

  it("changes nothing, and names what passes", async () => {
    const answer = await say(
      wire.port,
      command("SET", "name", "Müller") +
        command("GET", "name") +
        command("EVAL", SCRIPT, "1", "n"),
      ":1",
    );
    expect(answer).toBe("+OK\r\n$7\r\nMüller\r\n:1\r\n");
    expect(passed.filter((each) => each.includes("after"))).toEqual([
      "queue: after set",
      "queue: after get",
      "queue: after adds a job",
    ]);
  });

  it("loses a command, or only its answer", async () => {
    const count = () => say(redis.port, command("GET", "n"), "1\r\n");
    lost = "queue: before adds a job";
    await say(wire.port, command("EVAL", SCRIPT, "1", "n"), ":");
    expect(await count()).toBe("$1\r\n1\r\n");
    lost = "queue: after adds a job";
    expect(await say(wire.port, command("EVAL", SCRIPT, "1", "n"), ":")).toBe(
      "",
    );
    expect(await say(redis.port, command("GET", "n"), "2\r\n")).toBe(
      "$1\r\n2\r\n",
    );
  });
});
