import { readConfig, runService } from "@ams-sync/platform";
import { settingsConfig } from "./config.js";
import { SettingsModule } from "./settings.module.js";

await runService("settings", async () => {
  const config = readConfig(settingsConfig);
  return { config, ...(await SettingsModule.open(config)) };
});
