import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { AmsDirectory } from "../ams-directory.js";
import { SYNCHRONISATION } from "../rights.js";
import { amsWorld, TENANT } from "../testing/ams-world.js";
import { directory } from "./directory.js";

const OTHER = "00000000-0000-4000-8000-00000000000b";
let world: Awaited<ReturnType<typeof amsWorld>>;
let ams: AmsDirectory;

beforeAll(async () => {
  world = await amsWorld();
  await world.owner.query(`
    create role console_login login password 'geheim' in role ams_sync_console;
    insert into ams.tenant (tenant_id, name, agent_release, administrator_email)
      values ('${OTHER}', 'Fremd', false, 'fremd@makler.example');
    insert into ams.user_account (tenant_id, user_id, login, email) values ('${OTHER}', 1, 'fremd', 'f@makler.example')`);
  ams = new AmsDirectory(
    [world.url.replace("connector_login", "console_login")],
    "spec",
  );
});
afterAll(async () => {
  await ams?.close();
  await world?.end();
});
beforeEach(() =>
  world.owner.query(`
    update ams.tenant set administrator_email = null where tenant_id = '${TENANT}';
    update ams.user_account set email = login || '@makler.example', first_name = 'Jörg', last_name = 'Schäfer', language = null;
    update ams.user_account set language = 'en' where user_id = 2;
    delete from ams.user_right;
    insert into ams.user_right select '${TENANT}', user_id, unnest(array['${SYNCHRONISATION.join("','")}'])
      from generate_series(2, 3) user_id;
    insert into ams.user_right values ('${TENANT}', 1, '${SYNCHRONISATION[0]}')`),
);

const mailboxes = (...userIds: string[]) =>
  ams.inTenant(TENANT, (manager) => directory.mailboxes(manager, userIds));
const WHITE = {
  ...{ userId: "2", name: "Jörg Schäfer", language: "en" },
  address: "äweiß@makler.example",
};

it("are those of these users, and of who may configure them: active, with both rights", async () => {
  expect(await mailboxes("1", "3", "99")).toMatchObject({
    users: [
      { userId: "1", name: "Jörg Schäfer" },
      { userId: "3", name: "Jörg Schäfer" },
    ],
    // 3 has left.
    reachable: [
      {
        ...{ userId: "1", name: "Jörg Schäfer", language: "de" },
        address: "jschäfer@makler.example",
      },
    ],
    administrators: [WHITE],
  });
});

it("are without those who have no address", async () => {
  await world.owner.query(
    `update ams.user_account set email = case user_id when 1 then '' end`,
  );
  expect(await mailboxes("1", "2")).toMatchObject({
    ...{ users: [{ userId: "1" }, { userId: "2" }] },
    ...{ reachable: [], administrators: [] },
  });
});

it("of administrators are the brokerage's own address, where it has one", async () => {
  await world.owner.query(
    `update ams.tenant set administrator_email = 'edv@makler.example' where tenant_id = '${TENANT}'`,
  );
  expect((await mailboxes("2"))?.administrators).toEqual([
    {
      ...{ userId: null, name: "Maklerhaus Süd", language: "de" },
      address: "edv@makler.example",
    },
  ]);
});
