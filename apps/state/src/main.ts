import { runService } from "@ams-sync/platform";
import { readStateConfig } from "./config.js";
import { StateModule } from "./state.module.js";

await runService("state", async () => {
  const config = await readStateConfig();
  return { config, ...(await StateModule.open(config)) };
});
