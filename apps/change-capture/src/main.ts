import { readServiceConfig, runService } from "@ams-sync/platform";
import { CaptureModule } from "./capture.module.js";
import { captureConfig } from "./config.js";

await runService("change-capture", async () => {
  const config = await readServiceConfig(captureConfig);
  return { config, ...(await CaptureModule.open(config)) };
});
