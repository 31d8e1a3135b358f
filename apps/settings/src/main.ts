import { runService } from "@ams-sync/platform";
import { readSettingsConfig } from "./config.js";
import { SettingsModule } from "./settings.module.js";

await runService("settings", async () => {
  const config = await readSettingsConfig();
  return { config, ...(await SettingsModule.open(config)) };
});
