import { radicaleAvailable } from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumAvailable } from "./chromium.js";
import { openConsole, PASSWORD, type ConsoleOffice } from "./console-office.js";
import type { Scene } from "./scene.js";
import { oneAccount } from "./stories/account.js";
import { everybody } from "./stories/everybody.js";
import { leaving } from "./stories/leaving.js";
import { byKeyboard } from "./stories/keyboard.js";
import { giveAddresses, mailed, mailedOnce } from "./stories/mailed.js";
import { people } from "./stories/people.js";
import { previewed } from "./stories/preview.js";
import { questions } from "./stories/questions.js";
import { settingUp } from "./stories/setting-up.js";
import { switching } from "./stories/switching.js";
import type { Visitor } from "./visitor.js";

const there = chromiumAvailable() && radicaleAvailable();

/** The console as people use it: a browser, the real issuer, all services, a DAV server. */
describe.skipIf(!there)("the console", () => {
  let all: ConsoleOffice;
  let boss: Visitor;
  const scene: Scene = {
    all: () => all,
    boss: () => boss,
    main: () => boss.page.getByRole("main"),
    login: () => ({
      ...{ url: all.radicale.url, username: all.login(0) },
      password: PASSWORD,
    }),
  };

  beforeAll(async () => {
    all = await openConsole({
      seed: 12,
      ...{ users: 3, agents: 1, companies: 1 },
      ...{ customers: 200, appointments: 30 },
    });
    await giveAddresses(all);
    boss = await all.visit({ login: all.login(0) });
  });
  afterAll(async () => {
    await all?.stop();
  });

  settingUp(scene);
  previewed(scene);
  oneAccount(scene);
  mailed(scene);
  questions(scene);
  people(scene);
  byKeyboard(scene);
  mailedOnce(scene);
  leaving(scene);
  switching(scene);
  test("nothing in the browser went wrong, and its policy refused nothing", () => {
    expect(boss.faults).toEqual([]);
  });
  everybody(scene);
});
