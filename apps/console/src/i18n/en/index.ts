import type { Texts } from "../de/index.js";
import { common } from "./common.js";
import { dialog } from "./dialog.js";
import { users } from "./users.js";

export const en = { common, dialog, users } satisfies Texts;
