import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Agent } from "undici";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  BOOK,
  NOW,
  type OnTrapServer,
  onTrapServer,
} from "../testing/on-trap-server.js";
import { multistatus, row, XML } from "../testing/wire.js";
import { Http } from "./http.js";

const TIMEOUT_MS = 1_500;
/** Several parts. */
const ROWS = 3_000;

let on: OnTrapServer;
beforeEach(async () => {
  on = await onTrapServer({ requestTimeoutMs: TIMEOUT_MS });
});
afterEach(() => on.stop());

const rowsOf = (name: string, count: number, filling = ""): string[] =>
  Array.from({ length: count }, (_, n) =>
    row(`${BOOK}${name}-${n}.vcf`, [
      `<d:getetag>"${name}"</d:getetag>`,
      `<d:displayname>${filling}</d:displayname>`,
    ]),
  );
const [START = "", END = ""] = String(
  multistatus("@@<d:sync-token>urn:t:7</d:sync-token>").body,
).split("@@");

it("is told anew, and once, where its connection was dropped in its middle", async () => {
  let sendings = 0;
  on.server.intercept = ({ method }) => {
    if (method !== "REPORT") return undefined;
    sendings += 1;
    return {
      status: 207,
      headers: XML,
      chunks: sendings === 1 ? brokenOff() : whole(),
    };
  };
  async function* brokenOff() {
    yield `${START}${rowsOf("erst", ROWS).join("")}`;
    // What came is read by then.
    await sleep(300);
    throw new Error("The connection is dropped.");
  }
  function* whole() {
    yield `${START}${rowsOf("dann", ROWS + 1).join("")}${END}`;
  }
  const { changes, token } = await on.port.changes();
  expect(sendings).toBe(2);
  expect(changes.filter(({ id }) => id.includes("erst"))).toEqual([]);
  expect(changes).toHaveLength(ROWS + 1);
  expect(token).toContain("urn:t:7");
});

it("is not waited for where it stalls behind its first rows", async () => {
  on.server.intercept = () => ({
    status: 207,
    headers: XML,
    stalls: "in the body",
    body: `${START}${rowsOf("a", ROWS).join("")}`,
  });
  const begun = performance.now();
  await expect(on.port.changes()).rejects.toMatchObject({
    kind: "transient",
    message: expect.stringContaining("in time"),
  });
  expect(performance.now() - begun).toBeLessThan(4 * TIMEOUT_MS);
  await vi.waitFor(() => expect(on.server.stalled).toBe(0));
});

it("leaves its connection to the next request", async () => {
  on.server.intercept = () => ({
    status: 207,
    headers: XML,
    // Behind the root's end nothing counts; it is read all the same.
    chunks: [`${START}${rowsOf("a", ROWS).join("")}${END}`, "\n".repeat(2e5)],
  });
  await on.port.changes();
  const connected = vi.fn<() => void>();
  subscribe("undici:client:connected", connected);
  try {
    for (let n = 0; n < 3; n++)
      expect((await on.port.changes()).changes).toHaveLength(ROWS);
    expect(connected).not.toHaveBeenCalled();
  } finally {
    unsubscribe("undici:client:connected", connected);
  }
});

it("is never in memory as a whole", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const live = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const patient = await onTrapServer({ requestTimeoutMs: 60_000 });
  const MIB = 2 ** 20;
  let [before, most, sent] = [0, 0, 0];
  const rows = rowsOf("a", 500, "x".repeat(4_000)).join("");
  patient.server.intercept = () => ({
    status: 207,
    headers: XML,
    chunks: list(),
  });
  function* list() {
    before = live();
    yield START;
    while (sent < 24 * MIB) {
      yield rows;
      sent += rows.length;
      most = Math.max(most, live() - before);
    }
    yield END;
  }
  try {
    const { changes } = await patient.port.changes();
    expect(changes.length).toBeGreaterThan(5_000);
    expect(most).toBeLessThan(10 * MIB);
  } finally {
    await patient.stop();
  }
}, 60_000);

const direct = (agent: Agent): Http =>
  new Http({
    serverUrl: new URL(on.server.url),
    ...{ username: "max", password: "geheim", timeoutMs: TIMEOUT_MS },
    ...{ agent, freshAgent: agent, maxBodyBytes: 2 ** 20 },
    signal: new AbortController().signal,
    now: () => NOW,
  });
const report = () =>
  ({ method: "REPORT", url: new URL(BOOK, on.server.url).href }) as const;

it("has to come in time, however long the connector is at work on it", async () => {
  on.server.intercept = () => multistatus(...rowsOf("a", ROWS));
  const agent = new Agent();
  let text = "";
  const answer = await direct(agent).send({
    ...report(),
    read: async (_, pieces) => {
      for await (const piece of pieces) {
        if (text === "") await sleep(TIMEOUT_MS + 300);
        text += piece;
      }
    },
  });
  expect(answer.status).toBe(207);
  expect(text.endsWith("</d:multistatus>")).toBe(true);
  await agent.close();
});

it("counts as no failure of the connection where the connector stumbles over it", async () => {
  on.server.intercept = () => multistatus(...rowsOf("a", 1));
  const agent = new Agent();
  const http = direct(agent);
  const stumble = new TypeError("undefined is no row");
  const sent = http.send({
    ...report(),
    read: async (_, pieces) => {
      for await (const _piece of pieces) throw stumble;
    },
  });
  await expect(sent).rejects.toMatchObject({
    kind: "rejected",
    cause: stumble,
  });
  expect(http.requests).toBe(1);
  await agent.close();
});
