import { readServiceConfig, runService } from "@ams-sync/platform";
import { stateConfig } from "./config.js";
import { StateModule } from "./state.module.js";

await runService("state", async () => {
  const config = await readServiceConfig(stateConfig);
  return { config, ...(await StateModule.open(config)) };
});
