import { Client } from "pg";
import { expect, test } from "vitest";
import type { ConnectedUser } from "../connect-users.js";
import { saveItem, withMobile } from "../dav-hand.js";
import { DavReader } from "../dav-reader.js";
import type { Office } from "../office.js";
import { readUser } from "../verify.js";
import type { PeopleApi } from "./people-api.js";

type Body = Record<string, unknown>;

/** A signed-in person's account with 20 customers, all of them transferred. */
export interface PreviewSite {
  readonly office: Office;
  readonly user: ConnectedUser;
  readonly api: PeopleApi;
}

const IN_TIME = { timeout: 60_000, interval: 250 };
const STREAM = "stream=contacts";

/** Nothing is done before somebody has seen it, and nothing is removed that was not shown. */
export const previewTests = (site: () => PreviewSite): void => {
  const own = (method: string, path: string, body?: object) => {
    const { api, user } = site();
    return api.ask(method, `accounts/${user.accountId}${path}`, {
      ...(body && { body }),
      service: "state",
    });
  };
  const preview = async () => (await own("GET", `/preview?${STREAM}`)).body;
  const shown = async () => {
    await expect.poll(preview, IN_TIME).toMatchObject({ state: "shown" });
    return preview();
  };
  const none = async () => {
    await expect.poll(preview, IN_TIME).toMatchObject({ state: null });
  };
  const entries = async (path: string) =>
    (await own("GET", path)).body["entries"];
  const apply = async () => {
    const { number } = await shown();
    return own("POST", "/preview/apply", { stream: "contacts", number });
  };
  const there = async () => (await readUser(site().user)).contacts;
  const paused = async (work: () => Promise<void>) => {
    const connector = site().office.stack.service("cloud-connector");
    connector.pause();
    await work().finally(() => connector.resume());
  };
  const saveFilter = async (tags: readonly string[]) => {
    const { api, user } = site();
    const path = `accounts/${user.accountId}`;
    const { body } = await api.ask("GET", path);
    const { serverUrl, username, policy, contacts, appointments } = body;
    const saved = await api.ask("PUT", path, {
      headers: { "if-match": `"${String(body["version"])}"` },
      body: {
        ...{ serverUrl, username, policy, appointments },
        contacts: { ...(contacts as Body), tags },
      },
    });
    expect(saved.status).toBe(200);
  };
  const sql = (text: string, ...values: unknown[]) => {
    const { ams, tenantId } = site().office;
    return ams.query(text, [tenantId, ...values]);
  };
  /** How far state's feed goes. */
  const feed = async () => {
    const state = new Client({
      connectionString: site().office.stack.adminUrl,
    });
    await state.connect();
    const { rows } = await state.query<{ position: string }>(
      "select max(position) as position from state.feed",
    );
    await state.end();
    return BigInt(rows[0]?.position ?? 0);
  };

  test("what a reset would overwrite there is shown first, and overwritten once somebody agrees", async () => {
    const { user } = site();
    const [first] = await there();
    const item = await new DavReader(user.login).item(String(first?.url));
    if (!item) throw new Error("no item of a customer");
    const theirs = withMobile(item.text, "0171 7777777");
    await paused(async () => {
      await saveItem(user.login, item, theirs);
      const reset = await own("POST", "/reset", { stream: "contacts" });
      expect(reset.status).toBe(202);
    });
    // Where ams has a number, that one wins; else theirs comes in.
    const { counts } = await shown();
    const { update, take, ...others } = counts as Record<string, number>;
    expect(Number(update) + Number(take)).toBe(1);
    expect(others).toMatchObject({ create: 0, adopt: 0, delete: 0, clear: 0 });
    expect(await entries(`/preview/entries?${STREAM}`)).toMatchObject([
      { fields: [{ name: "mobile", label: "Mobiltelefon" }] },
    ]);
    const mobile = async () =>
      (await new DavReader(user.login).item(item.url))?.text.includes(
        "7777777",
      );
    const inAms = async () => {
      const { rows } = await sql(
        "select 1 from ams.customer where tenant_id = $1 and mobile like '%7777777'",
      );
      return rows.length > 0;
    };
    expect((await own("POST", "/sync-now")).status).toBe(202);
    await expect
      .poll(async () => (await own("GET", "")).body["running"], IN_TIME)
      .toBe(false);
    expect([await mobile(), await inAms()]).toEqual([true, false]);
    expect((await apply()).body).toEqual({ applied: 1 });
    await expect
      .poll(async () => (await mobile()) === (await inAms()), IN_TIME)
      .toBe(true);
    expect(await there()).toHaveLength(20);
  });

  test("another filter removes what was shown; what leaves the scope meanwhile is held", async () => {
    await sql(
      `with made as (insert into ams.tag (tenant_id, label) values ($1, 'Bleibt') returning tag_id)
       insert into ams.customer_tag select $1, c.customer_id, made.tag_id from made, (
         select customer_id from ams.customer where tenant_id = $1 order by customer_id desc limit 18) c`,
    );
    await saveFilter(["Bleibt"]);
    expect(await shown()).toMatchObject({
      counts: { delete: 2, create: 0, update: 0, clear: 0, unlink: 0 },
    });
    expect(
      await entries(`/preview/entries?${STREAM}&action=delete`),
    ).toHaveLength(2);
    expect(await there()).toHaveLength(20);
    await paused(async () => {
      const before = await feed();
      await sql(
        `delete from ams.customer_tag where tenant_id = $1 and customer_id = (
           select max(customer_id) from ams.customer where tenant_id = $1)`,
      );
      await expect.poll(feed, IN_TIME).toBeGreaterThan(before);
      expect((await apply()).body).toEqual({ applied: 2 });
    });
    await expect.poll(async () => (await there()).length, IN_TIME).toBe(18);
    await expect
      .poll(() => entries(`/held?${STREAM}`), IN_TIME)
      .toMatchObject([{ removal: "delete" }]);
    expect(await there()).toHaveLength(18);
    await saveFilter([]);
    expect(await shown()).toMatchObject({ counts: { create: 2, delete: 0 } });
    expect((await apply()).status).toBe(202);
    await expect.poll(async () => (await there()).length, IN_TIME).toBe(20);
    await none();
  });
};
