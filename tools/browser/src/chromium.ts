import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";

/** Debian's; nothing is downloaded. */
const program = (process.env["PATH"] ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "chromium"))
  .find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** Whether Debian's package `chromium` is installed. */
export const chromiumAvailable = (): boolean => program !== undefined;

export function startChromium(): Promise<Browser> {
  if (program === undefined)
    throw new Error("There is no chromium: apt-get install chromium");
  return chromium.launch({
    executablePath: program,
    // Chromium refuses its sandbox to root.
    chromiumSandbox: process.getuid?.() !== 0,
  });
}
