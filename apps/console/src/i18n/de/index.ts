import { account } from "./account.js";
import { admin } from "./admin.js";
import { common } from "./common.js";
import { dialog } from "./dialog.js";
import { leaving } from "./leaving.js";
import { preview } from "./preview.js";
import { users } from "./users.js";
import { why } from "./why.js";

export const de = {
  ...{ account, admin, common },
  ...{ dialog, leaving, preview, users, why },
};

/** Another language has the same texts, in its own words. */
export type Texts<T = typeof de> = {
  readonly [key in keyof T]: T[key] extends string ? string : Texts<T[key]>;
};
