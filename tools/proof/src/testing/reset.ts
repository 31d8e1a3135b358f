import { readEvents } from "@ams-sync/testing/rest";
import { expect, test } from "vitest";
import { IN_TIME, ownAccount, WHOLE } from "./own-account.js";
import type { PreviewSite } from "./preview.js";

export const resetTests = (site: () => PreviewSite): void => {
  const { own, list, whole } = ownAccount(site);

  test("a reset is watched until it is done, and leaves everything as it was", async () => {
    const seen = await readEvents(
      `${site().office.stack.urls.state}/api/v1/state/accounts/${site().user.accountId}/progress`,
      site().api.token,
    );
    const latest = () =>
      seen.events.findLast(({ event }) => event === "status")?.data;
    await expect.poll(latest, IN_TIME).toMatchObject({ health: "ok" });
    const before = String(latest().lastSuccessAt);
    const reset = await own("POST", "/reset", { stream: "contacts" });
    expect([reset.status, reset.body["links"]]).toEqual([202, 20]);
    await expect
      .poll(() => Date.parse(latest().lastSuccessAt), IN_TIME)
      .toBeGreaterThan(Date.parse(before));
    await expect.poll(latest, IN_TIME).toMatchObject({
      ...{ running: false, health: "ok", errorKind: null },
      streams: [{ takenIn: true }, { takenIn: true }],
    });
    seen.close();
    const [run] = await list("/runs?idle=false", "runs");
    expect(run).toMatchObject({ running: false, errorKind: null });
    expect(await whole()).toEqual(WHOLE);
  });
};
