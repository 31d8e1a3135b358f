import { expect, test } from "vitest";
import { removeItem, saveItem, withMobile } from "../dav-hand.js";
import { DavReader } from "../dav-reader.js";
import { expectedOf } from "../expected.js";
import { readUser } from "../verify.js";
import { IN_TIME, ownAccount, WHOLE } from "./own-account.js";
import type { PreviewSite } from "./preview.js";

/** What an account asks its people, and what they answer. */
export const questionTests = (site: () => PreviewSite): void => {
  const { own, list, whole } = ownAccount(site);

  test("what was deleted there is found at once when somebody asks for it, and comes back", async () => {
    const [gone] = (await readUser(site().user)).contacts;
    await removeItem(site().user.login, String(gone?.url));
    expect((await own("POST", "/sync-now")).status).toBe(202);
    await expect
      .poll(() => list("/lost?stream=contacts", "items"), IN_TIME)
      .toMatchObject([{ state: "noticed" }]);
    const [{ record } = { record: {} }] = await list(
      "/lost?stream=contacts",
      "items",
    );
    const named = await site().api.ask("POST", "records/names", {
      body: { records: [record] },
    });
    const [{ name } = { name: "" }] = named.body["names"] as { name: string }[];
    expect(gone?.line).toContain(String(name).split(" ").at(-1));
    expect(
      (
        await own("POST", "/lost/decide", {
          record: record as object,
          restore: true,
        })
      ).status,
    ).toBe(204);
    await expect.poll(whole, IN_TIME).toEqual(WHOLE);
    expect(await list("/lost?stream=contacts", "items")).toEqual([]);
  });

  test("a value that gave way is taken back, on both sides", async () => {
    const { contacts: expected } = await expectedOf(
      ...([
        site().office.ams,
        site().office.tenantId,
        site().user.userId,
      ] as const),
    );
    const { contacts: seen } = await readUser(site().user);
    const [{ id, url } = { id: "", url: "" }] = expected.flatMap((record) => {
      const same = seen.filter(({ line }) => line === record.line);
      return same.length === 1 ? [{ id: record.id, url: same[0]?.url }] : [];
    });
    const item = await new DavReader(site().user.login).item(String(url));
    if (!item) throw new Error("no item of a customer");
    await saveItem(
      site().user.login,
      item,
      withMobile(item.text, "0171 1111111"),
    );
    const mobile = async () => {
      const { rows: found } = await site().office.ams.query<{ mobile: string }>(
        "select mobile from ams.customer where tenant_id = $1 and customer_id = $2",
        [site().office.tenantId, id],
      );
      return found[0]?.mobile;
    };
    await site().office.ams.query(
      "update ams.customer set mobile = '0172 2222222' where tenant_id = $1 and customer_id = $2",
      [site().office.tenantId, id],
    );
    await expect
      .poll(() => list("/conflicts", "conflicts"), IN_TIME)
      .toMatchObject([
        {
          record: { kind: "customer", recordId: id },
          ...{ field: "mobile", label: "Mobiltelefon", winner: "ams" },
          lost: expect.stringContaining("1111111"),
        },
      ]);
    const [{ conflictId } = { conflictId: "" }] = await list(
      "/conflicts",
      "conflicts",
    );
    const takeBack = () =>
      site().api.ask(
        "POST",
        `accounts/${site().user.accountId}/conflicts/${String(conflictId)}/take-back`,
        {
          service: "state",
        },
      );
    expect((await takeBack()).status).toBe(202);
    await expect.poll(mobile, IN_TIME).toContain("1111111");
    await expect.poll(whole, IN_TIME).toEqual(WHOLE);
    expect((await takeBack()).status).toBe(409);
  });

  test("a record that cannot be sent waits with a sentence that says what to do", async () => {
    const { rows } = await site().office.ams.query<{
      id: string;
      city: string;
    }>(
      `update ams.customer c set city = repeat('ß', 300) from (
         select customer_id, city from ams.customer where tenant_id = $1 order by customer_id limit 1) was
       where c.tenant_id = $1 and c.customer_id = was.customer_id returning c.customer_id as id, was.city`,
      [site().office.tenantId],
    );
    const [{ id, city } = { id: "", city: "" }] = rows;
    await expect
      .poll(() => list("/set-aside", "entries"), IN_TIME)
      .toMatchObject([
        {
          record: { kind: "customer", recordId: id },
          ...{ code: "too-long", nextAttemptAt: null, detail: null },
          message:
            "Das Feld „Ort“ ist länger als 255 Zeichen. Kürzen Sie es in ams.",
        },
      ]);
    await site().office.ams.query(
      "update ams.customer set city = $3 where tenant_id = $1 and customer_id = $2",
      [site().office.tenantId, id, city],
    );
    await expect.poll(() => list("/set-aside", "entries"), IN_TIME).toEqual([]);
  });
};
