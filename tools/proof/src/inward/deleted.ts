import { StreamKind } from "@ams-sync/contracts";
import { expect, test } from "vitest";
import { removeItem } from "../dav-hand.js";
import type { Inward } from "./scene.js";

/** What is taken away there. */
export function deletedThere(scene: Inward): void {
  const { opened, reader, until, rows, pick, exact } = scene;

  test("what is deleted there stays in ams, and its next change brings it back", async () => {
    const { office, user } = opened();
    const { id, item } = await pick("contacts", 2);
    const before = await rows("customer");
    await removeItem(user.login, item.url);
    await until("the loss to be known", async () => {
      const { items } = await office.accounts.listLost({
        account: { tenantId: office.tenantId, accountId: user.accountId },
        stream: StreamKind.CONTACTS,
        limit: 10,
      });
      return items.some(({ record }) => record?.recordId === id);
    });
    expect(await rows("customer")).toEqual(before);
    await office.ams.query(
      "update ams.customer set city = 'Zittau' where tenant_id = $1 and customer_id = $2",
      [office.tenantId, id],
    );
    await until(
      "the card",
      async () => (await reader().item(item.url)) !== undefined,
    );
    await office.quiet();
    await exact();
  });
}
