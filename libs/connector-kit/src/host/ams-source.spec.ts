import type { AmsReads, Changed, Created, RecordChange } from "@ams-sync/ams";
import { beforeEach, describe, expect, it } from "vitest";
import { AmsAway } from "../ams-records.js";
import { AmsSource, type AmsConnected } from "./ams-source.js";

const TENANT = "0b1f6d3c-5a64-4a53-9d0c-6f9a1c2b3d4e";
const READS = { user: async () => undefined } as unknown as AmsReads;
const CHANGE: RecordChange = {
  ref: { kind: "customer", id: "2" },
  rowVersion: "1",
  fields: { city: "Köln" },
  names: ["city"],
};
const never = <T>(): Promise<T> => new Promise(() => undefined);

/** A server whose mood the test sets, seen through pools as connectors open them. */
class Server {
  mood: "well" | "refuses" | "silent" = "well";
  readonly pools = { opened: 0, closed: 0 };
  tries = 0;
  /** Asked which it is. */
  asked = 0;
  identity: string | undefined = "7301/ams";
  writes = 0;
  /** What becomes of a write. */
  write: () => Promise<Changed> = async () => ({ outcome: "stale" });

  readonly connect = async (): Promise<AmsConnected> => {
    this.tries += 1;
    await this.answer();
    this.pools.opened += 1;
    return {
      inTenant: async (_tenant, work) => {
        await this.answer();
        return work(READS);
      },
      change: async () => {
        this.writes += 1;
        return this.write();
      },
      changeTogether: async () => [],
      create: (): Promise<Created> => never(),
      check: () => this.answer(),
      identity: async () => {
        this.asked += 1;
        await this.answer();
        return this.identity;
      },
      close: async () => {
        this.pools.closed += 1;
      },
    };
  };

  async answer(): Promise<void> {
    if (this.mood === "silent") return never();
    if (this.mood === "refuses")
      throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  }
}

let server: Server;
let now: number;
let told: string[];
let source: AmsSource;
beforeEach(() => {
  server = new Server();
  now = 0;
  told = [];
  const tell = (_facts: unknown, message?: string) => {
    told.push(message ?? "");
  };
  source = new AmsSource({
    name: "nord",
    connect: server.connect,
    clock: { monotonic: () => now },
    log: { info: tell, warn: tell } as never,
    patience: { answer: 40, pause: 5_000, look: 20, reading: 200 },
  });
});

const read = <T>(work: () => Promise<T>) =>
  source.inTenant({ tenantId: TENANT }, work);
const away = (reading: Promise<unknown>) =>
  expect(reading).rejects.toThrow(/The ams database "nord" does not answer/);

describe("an ams database among several", () => {
  it("opens its pool when it is first needed, once", async () => {
    expect(server.tries).toBe(0);
    const all = await Promise.all(
      ["Änne", "Jürgen"].map((n) => read(async () => n)),
    );
    expect(all).toEqual(["Änne", "Jürgen"]);
    await source.check();
    expect(server.tries).toBe(1);
    await source.close();
    expect(server.pools).toEqual({ opened: 1, closed: 1 });
  });

  it("fails at once while it is away, and lets one try after a pause", async () => {
    server.mood = "refuses";
    await away(read(async () => 1));
    await away(read(async () => 1));
    expect(server.tries).toBe(1);
    now += 5_001;
    server.mood = "silent";
    const trying = read(async () => 1);
    await away(read(async () => 1));
    await away(trying);
    expect(server.tries).toBe(2);
    server.mood = "well";
    await away(read(async () => 1));
    now += 5_001;
    expect(await read(async () => 1)).toBe(1);
    expect(told).toEqual([
      expect.stringContaining("does not answer"),
      expect.stringContaining("answers again"),
    ]);
  });

  it("is away when it falls silent in the middle of a reading, and its pool goes", async () => {
    await source.check();
    server.mood = "silent";
    await away(read(async () => 1));
    expect(server.pools).toEqual({ opened: 1, closed: 1 });
    server.mood = "well";
    now += 5_001;
    expect(await read(async () => 1)).toBe(1);
    expect(server.pools.opened).toBe(2);
  });

  it("waits for a slow reading while the database answers, but not for ever", async () => {
    let finish: (value: number) => void = () => undefined;
    const slow = read(
      () => new Promise<number>((resolve) => (finish = resolve)),
    );
    setTimeout(() => finish(7), 80);
    expect(await slow).toBe(7);
    const endless = read(() => never());
    await expect(endless).rejects.toBeInstanceOf(AmsAway);
    await expect(endless).rejects.toThrow(/"nord" answers, but a reading took/);
  });

  it("keeps its pool and goes on with the others when one reading takes too long", async () => {
    await expect(read(() => never())).rejects.toMatchObject({ passing: true });
    expect(server.pools).toEqual({ opened: 1, closed: 0 });
    expect(await read(async () => "Jürgen")).toBe("Jürgen");
    expect(server.pools.opened).toBe(1);
    expect(told).toEqual([]);
  });

  it("passes on what is wrong with a reading while the database answers", async () => {
    const broken = new Error("a row that cannot be read");
    await expect(read(() => Promise.reject(broken))).rejects.toBe(broken);
    expect(server.pools.closed).toBe(0);
    // The same failure is the database's where it does not answer any more.
    const failing = read(async () => {
      server.mood = "refuses";
      throw broken;
    });
    await expect(failing).rejects.toBeInstanceOf(AmsAway);
    await expect(failing).rejects.toMatchObject({
      passing: true,
      cause: broken,
    });
  });

  it("says in a check what the database said", async () => {
    server.mood = "refuses";
    await expect(source.check()).rejects.toMatchObject({
      code: "ECONNREFUSED",
    });
  });
});

describe("a write", () => {
  const write = () =>
    source.write({ tenantId: TENANT }, (writes) =>
      writes.change(TENANT, CHANGE),
    );

  it("ends as the database says", async () => {
    expect(await write()).toEqual({ outcome: "stale" });
  });

  it("whose connection breaks is neither done nor failed, and not tried again", async () => {
    const cause = new Error("Connection terminated unexpectedly");
    server.write = () => Promise.reject(cause);
    await expect(write()).rejects.toMatchObject({
      name: "AmsAway",
      passing: true,
      cause,
    });
    expect(server.writes).toBe(1);
    // The database answers, so its pool stays.
    expect(server.pools.closed).toBe(0);
  });

  it("that nobody hears the end of is neither done nor failed", async () => {
    server.write = () => never();
    await expect(write()).rejects.toMatchObject({
      passing: true,
      message: expect.stringMatching(/but a write took longer/),
    });
    server.mood = "silent";
    await expect(write()).rejects.toMatchObject({
      passing: true,
      message: expect.stringMatching(/does not answer/),
    });
    expect(server.writes).toBe(2);
  });

  it("that is asked for wrongly is a fault and no outage", async () => {
    server.write = () => Promise.reject(new TypeError("no bigint"));
    await expect(write()).rejects.toBeInstanceOf(TypeError);
  });
});

describe("a database that is another one than capture meant", () => {
  const home = (sourceIdentity?: string) => ({
    tenantId: TENANT,
    source: "nord",
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  });
  const reading = (sourceIdentity?: string) =>
    source.inTenant(home(sourceIdentity), async () => 1);
  const writing = (sourceIdentity?: string) =>
    source.write(home(sourceIdentity), (writes) =>
      writes.change(TENANT, CHANGE),
    );

  it("is neither read nor written, and goes on for those that it is right for", async () => {
    for (const ask of [reading, writing]) {
      const asked: Promise<unknown> = ask("7301/sued");
      const error: unknown = await asked.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AmsAway);
      expect(error).toMatchObject({
        passing: false,
        message: expect.stringMatching(
          /"nord" is 7301\/ams, but change-capture knows "nord" as 7301\/sued.*AMS_DATABASES_FILE/,
        ),
      });
    }
    expect(server.writes).toBe(0);
    for (const identity of ["7301/ams", undefined]) {
      expect(await reading(identity)).toBe(1);
      expect(await writing(identity)).toEqual({ outcome: "stale" });
    }
    expect(server.pools).toEqual({ opened: 1, closed: 0 });
  });

  it("is asked once for each pool", async () => {
    await Promise.all([reading("7301/ams"), writing("7301/ams")]);
    await reading("7301/ams");
    expect(server.asked).toBe(1);
    server.mood = "silent";
    await away(read(async () => 1));
    server.mood = "well";
    server.identity = "9999/ams";
    now += 5_001;
    await expect(reading("7301/ams")).rejects.toThrow(/is 9999\/ams/);
    expect(server.asked).toBe(2);
  });

  it("is left alone where it may not tell", async () => {
    server.identity = undefined;
    for (const ask of [reading, writing])
      await expect(ask("7301/ams")).rejects.toThrow(
        /GRANT EXECUTE ON FUNCTION/,
      );
    expect(await reading()).toBe(1);
  });
});
