import type { DavLogin } from "@ams-sync/proof";
import type { Locator } from "playwright-core";
import type { ConsoleOffice } from "./console-office.js";
import type { Visitor } from "./visitor.js";

/** What the stories of one office share; there once the first of them begins. */
export interface Scene {
  readonly all: () => ConsoleOffice;
  /** An administrator whose page stays open from one story to the next. */
  readonly boss: () => Visitor;
  /** Their page without what stands around it. */
  readonly main: () => Locator;
  /** Their login at the DAV server. */
  readonly login: () => DavLogin;
}
