import { account } from "./account.js";
import { admin } from "./admin.js";
import { common } from "./common.js";
import { dialog } from "./dialog.js";
import { users } from "./users.js";

export const de = { account, admin, common, dialog, users };

/** Another language has the same texts, in its own words. */
export type Texts<T = typeof de> = {
  readonly [key in keyof T]: T[key] extends string ? string : Texts<T[key]>;
};
