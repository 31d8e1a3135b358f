import { expect, test } from "vitest";
import { saveItem, withMobile, withSummary } from "../dav-hand.js";
import type { Inward } from "./scene.js";

/** What was there before is changed there. */
export function changedThere(scene: Inward): void {
  const { opened, reader, until, writesMeanwhile, rows, changed, pick, exact } =
    scene;

  test("a number arrives in ams, that field only, and comes back to nobody", async () => {
    const { user } = opened();
    const { id, item } = await pick("contacts");
    const [before] = await rows("customer", id);
    const writes = await writesMeanwhile(async () => {
      const text = withMobile(item.text, "+49 170 5550199");
      await saveItem(user.login, item, text);
      await until("the number in ams", async () => {
        const [row] = await rows("customer", id);
        return row?.["mobile"] === "+49 170 5550199";
      });
    });
    expect(writes).toBe(0);
    const [after] = await rows("customer", id);
    expect(changed(before, after)).toEqual(["mobile"]);
    expect(Number(after?.["row_version"])).toBe(
      Number(before?.["row_version"]) + 1,
    );
    await exact();
  });

  test("so does the reason of an appointment", async () => {
    const { user } = opened();
    const { id, item } = await pick("appointments");
    const [before] = await rows("appointment", id);
    const writes = await writesMeanwhile(async () => {
      await saveItem(
        user.login,
        item,
        withSummary(item.text, "Übergabe, mit Käthe"),
      );
      await until("the reason in ams", async () => {
        const [row] = await rows("appointment", id);
        return row?.["reason"] === "Übergabe, mit Käthe";
      });
    });
    expect(writes).toBe(0);
    const [after] = await rows("appointment", id);
    expect(changed(before, after)).toEqual(["reason"]);
    await exact();
  });

  test("what both sides changed is on both in the end", async () => {
    const { office, user } = opened();
    const { id, item } = await pick("contacts", 1);
    await office.ams.query(
      "update ams.customer set city = 'Görlitz' where tenant_id = $1 and customer_id = $2",
      [office.tenantId, id],
    );
    const current = (await reader().item(item.url)) ?? item;
    await saveItem(
      user.login,
      current,
      withMobile(current.text, "+49 170 5550188"),
    );
    await until("the number in ams", async () => {
      const [row] = await rows("customer", id);
      return row?.["mobile"] === "+49 170 5550188";
    });
    await until(
      "both sides to agree",
      async () => (await office.verify(user)).contacts.missing.length === 0,
    );
    const [row] = await rows("customer", id);
    expect(row?.["city"]).toBe("Görlitz");
    await exact();
  });
}
