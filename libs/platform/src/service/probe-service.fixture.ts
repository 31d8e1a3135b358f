/**
 * A service as an app writes it, run from the build and with the preload of
 * production. It is plain JavaScript, so decorators are called by hand.
 */
export const SERVICE = `
import http from "node:http";
import { Controller, Get, Module, Req } from "@nestjs/common";
import pg from "pg";
import * as platform from "@ams-sync/platform";

const schema = platform.serviceConfig.extend({ DATABASE_URL: platform.postgresUrl });

await platform.runService("probe", async () => {
  const config = await platform.readServiceConfig(schema);
  const keys = await platform.ServiceKeys.load(config);
  const typeorm = platform.createDataSource({ url: config.DATABASE_URL, applicationName: keys.name });
  await typeorm.initialize();
  const pool = new pg.Pool({ connectionString: config.DATABASE_URL });
  const runs = platform.meter("probe").createCounter("ams_sync_probe_runs");
  const hangs = process.env.HANGS === "yes";

  class Probe {
    async show({ headers }) {
      const origin = "http://" + headers.host;
      runs.add(1);
      await typeorm.query("select 'typeorm'");
      await pool.query("select 'esm'");
      await new Promise((resolve) => http.get(new URL("/health/live?code=geheim", origin), (answer) => answer.resume().on("end", resolve)));
      const inner = await platform.inSpan("inner", { attributes: { kind: "Prüfung" } }, () => platform.currentTraceParent());
      return { inner };
    }
    fail() {
      throw new Error("for Müller");
    }
    async onApplicationShutdown() {
      if (hangs) await new Promise((resolve) => setTimeout(resolve, 60_000));
      await typeorm.destroy();
      await pool.end();
    }
  }
  for (const [method, path] of [["show", "show"], ["fail", "fail"]]) {
    Get(path)(Probe.prototype, method, Object.getOwnPropertyDescriptor(Probe.prototype, method));
  }
  Req()(Probe.prototype, "show", 0);
  Controller("probe")(Probe);
  class App {}
  Module({ controllers: [Probe] })(App);

  const readiness = { database: async () => { await typeorm.query("select 1"); } };
  return { config, module: App, readiness };
});
`;

/** The whole of a service's `migrate.ts`. */
export const MIGRATE = `
import { migrateMain, migrateQueues } from "@ams-sync/platform";
await migrateMain({ service: "probe", schema: "probe", migrations: [], afterwards: migrateQueues });
`;
