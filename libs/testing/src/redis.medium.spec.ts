import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redisAvailable, startRedis, type Redis } from "./redis.js";

/** One inline command over a connection of its own; the raw first answer. */
const command = (port: number, line: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () =>
      socket.write(`${line}\r\n`),
    );
    socket.once("data", (data) => {
      resolve(data.toString("utf8"));
      socket.destroy();
    });
    socket.once("error", reject);
  });

describe.skipIf(!redisAvailable())(
  "startRedis (skipped without Debian's package redis-server)",
  () => {
    let redis: Redis;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis.stop());

    it("evicts nothing", async () => {
      expect(
        await command(redis.port, "CONFIG GET maxmemory-policy"),
      ).toContain("noeviction");
    });

    it("has lost everything after a crash", async () => {
      await command(redis.port, "SET name Grün");
      expect(await command(redis.port, "GET name")).toContain("Grün");
      await redis.kill9();
      await redis.restart();
      expect(await command(redis.port, "GET name")).toBe("$-1\r\n");
    });
  },
);
