import {
  CONTRACT,
  skipReason,
  Stage,
  tryCase,
} from "@ams-sync/connector-kit/contract";
import { afterAll, beforeAll, expect, it } from "vitest";
import { graphSubject } from "./testing/graph-subject.js";
import { type GraphSite, startSite } from "./testing/graph-site.js";

let site: GraphSite;
let stage: Stage;
beforeAll(async () => {
  site = await startSite();
  stage = await Stage.open(graphSubject(site, "kaethe@makler.example"));
});
afterAll(async () => {
  await stage.close();
  await site.close();
});

it.each(CONTRACT.map((promise) => [promise.name, promise] as const))(
  "the Outlook connector keeps the contract: %s",
  async (_, promise) => {
    const { outcome, reason } = await tryCase(promise, stage);
    expect(outcome, reason).toBe(
      skipReason(promise, stage) === undefined ? "kept" : "skipped",
    );
  },
);
