import { expect, test } from "vitest";
import { readUser } from "../verify.js";
import { IN_TIME, ownAccount, WHOLE } from "./own-account.js";
import type { PreviewSite } from "./preview.js";

export const holdTests = (site: () => PreviewSite): void => {
  const { own, list, whole } = ownAccount(site);

  test("what would delete too much waits until somebody agrees to it", async () => {
    const { rowCount } = await site().office.ams.query(
      `delete from ams.customer where tenant_id = $1 and customer_id in (
         select customer_id from ams.customer where tenant_id = $1 order by customer_id limit 13)`,
      [site().office.tenantId],
    );
    expect(rowCount).toBe(13);
    await expect
      .poll(
        async () => (await list("/held?stream=contacts", "entries")).length,
        IN_TIME,
      )
      .toBe(13);
    expect((await readUser(site().user)).contacts).toHaveLength(20);
    const held = await list("/held?stream=contacts", "entries");
    const { body } = await own("POST", "/held/approve", {
      stream: "contacts",
      entries: held.map(({ entryId, position, removal }) => ({
        ...{ entryId, position, removal },
      })),
    });
    expect(body).toEqual({ approved: 13 });
    await expect.poll(whole, IN_TIME).toEqual(WHOLE);
    expect((await readUser(site().user)).contacts).toHaveLength(7);
  });
};
