import type { Texts } from "../de/index.js";
import { account } from "./account.js";
import { admin } from "./admin.js";
import { common } from "./common.js";
import { dialog } from "./dialog.js";
import { leaving } from "./leaving.js";
import { preview } from "./preview.js";
import { users } from "./users.js";
import { why } from "./why.js";

export const en = {
  ...{ account, admin, common },
  ...{ dialog, leaving, preview, users, why },
} satisfies Texts;
