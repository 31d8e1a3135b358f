import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  radicaleAvailable,
  startQuirkProxy,
  startRadicale,
  type QuirkProxy,
  type Radicale,
} from "@ams-sync/testing";
import { afterAll, beforeAll, describe } from "vitest";
import type { ConnectedUser } from "./connect-users.js";
import { changedThere } from "./inward/changed.js";
import { deletedThere } from "./inward/deleted.js";
import { madeThere } from "./inward/made.js";
import { inwardScene } from "./inward/scene.js";
import { openOffice, type Office } from "./office.js";

/** So often the server is asked here, that nobody waits for minutes. */
const POLL_MS = 1_500;

/** All services, and a server whose requests are counted. */
describe.skipIf(!radicaleAvailable())("what people change outside", () => {
  let data: string;
  let office: Office;
  let radicale: Radicale;
  let proxy: QuirkProxy;
  let user: ConnectedUser;

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "ams-sync-inward-"));
    office = await openOffice({
      stack: {
        data,
        postgresSettings: { fsync: "off" },
        serviceEnv: (name, told) =>
          name === "state"
            ? {
                ...told,
                POLL_MIN_MS: `${POLL_MS}`,
                POLL_MAX_MS: `${POLL_MS}`,
              }
            : told,
      },
      brokerage: {
        seed: 11,
        ...{ users: 1, agents: 1, companies: 0 },
        ...{ customers: 30, appointments: 15 },
      },
    });
    const [{ login: username } = { login: "" }] = office.brokerage.users;
    radicale = await startRadicale({
      users: [{ name: username, password: "geheim" }],
    });
    proxy = await startQuirkProxy({ target: radicale.url });
    const login = { username, password: "geheim", url: radicale.url };
    user = {
      ...(await office.connect(0, { ...login, url: proxy.url })),
      login,
    };
    await office.quiet();
  });
  afterAll(async () => {
    await office?.stop();
    await proxy?.stop();
    await radicale?.stop();
    await rm(data, { recursive: true, force: true });
  });

  const scene = inwardScene(() => ({ office, proxy, user }));
  changedThere(scene);
  madeThere(scene);
  deletedThere(scene);
});
