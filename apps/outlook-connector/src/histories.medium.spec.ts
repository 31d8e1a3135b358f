import { histories } from "@ams-sync/connector-kit/histories";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { graphSystem } from "./testing/graph-histories.js";
import { startSite, type GraphSite } from "./testing/graph-site.js";

vi.setConfig({ testTimeout: 300_000 });

const HISTORIES = Number(process.env["HISTORIES"] ?? 10);
/** The same histories in each run; the long suite draws new ones. */
const SEED = Number(process.env["SEED"] ?? 1);

let site: GraphSite;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site?.close());

it("whatever happens in ams and in Outlook, in the end they agree and nothing is lost", async () => {
  expect(
    await histories(graphSystem(site), { count: HISTORIES, seed: SEED }),
  ).toBeUndefined();
});
