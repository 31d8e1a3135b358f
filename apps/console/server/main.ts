import { join } from "node:path";
import { runService } from "@ams-sync/platform";
import { handOn } from "./api-proxy.js";
import { readConsoleConfig } from "./config.js";
import { ConsoleModule } from "./console.module.js";
import { readPage, serveFiles } from "./files.js";

const PUBLIC = join(import.meta.dirname, "..", "public");

await runService("console", async () => {
  const config = readConsoleConfig();
  const page = await readPage(PUBLIC);
  return {
    config,
    module: ConsoleModule,
    extend: async (server) => {
      await handOn(server, config);
      await serveFiles(server, { folder: PUBLIC, page, config });
    },
  };
});
