import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planInstances } from "./instances.js";
import { startStack, type Stack } from "./stack.js";

let data: string;
let stack: Stack;
const adjusted: string[] = [];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "ams-sync-replicas-"));
  stack = await startStack({
    data,
    postgresSettings: { fsync: "off" },
    replicas: { "change-capture": 2, "cloud-connector": 2 },
    outlook: true,
    serviceEnv: (name, env, index) => {
      adjusted.push(`${name} ${index}`);
      return env;
    },
  });
});
afterAll(async () => {
  await stack?.stop();
  await rm(data, { recursive: true });
});

const phaseOf = async (url: string): Promise<unknown> => {
  const answer = await fetch(`${url}/health/capture`);
  return ((await answer.json()) as { phase?: unknown }).phase;
};

describe("startStack with replicas", () => {
  it("has each with its own port and log, and the first one in the first place", async () => {
    const captures = stack.instances("change-capture");
    const connectors = stack.instances("cloud-connector");
    expect(captures.map(({ index }) => index)).toEqual([0, 1]);
    expect(connectors).toHaveLength(2);
    expect(stack.service("change-capture")).toBe(captures[0]);
    expect(stack.urls["cloud-connector"]).toBe(connectors[0]?.url);
    expect(new Set(stack.services.map(({ url }) => url)).size).toBe(7);
    expect(stack.service("outlook-connector").grpc).toMatch(/:\d+$/);
    for (const { url } of stack.services)
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(await readdir(stack.folders.logs)).toEqual(
      expect.arrayContaining([
        "change-capture.log",
        "change-capture.2.log",
        "cloud-connector.2.log",
        "outlook-connector.log",
      ]),
    );
    expect(adjusted).toEqual([
      "state 0",
      "settings 0",
      "change-capture 0",
      "change-capture 1",
      "cloud-connector 0",
      "cloud-connector 1",
      "outlook-connector 0",
    ]);
  });

  it("has one capture that leads and one that stands by", async () => {
    const phases = stack
      .instances("change-capture")
      .map(({ url }) => phaseOf(url));
    expect(await Promise.all(phases)).toEqual(["streaming", "standby"]);
  });

  it("restarts one and not the other", async () => {
    const [first, second] = stack.instances("cloud-connector");
    const pid = first?.pid;
    await second?.kill9();
    await second?.restart();
    expect(first?.pid).toBe(pid);
    expect(second?.running()).toBe(true);
  });

  it("wants at least one of each", async () => {
    await expect(
      planInstances({ replicas: { state: 0 } }, ["ams"]),
    ).rejects.toThrow("at least one state");
  });
});
