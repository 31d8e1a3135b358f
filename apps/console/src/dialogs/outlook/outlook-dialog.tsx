import { AccountDialog } from "../account-dialog.js";
import type { DialogProps } from "../dialog-props.js";
import { OutlookLoginFields } from "./outlook-login-fields.js";

export const OutlookDialog = (what: DialogProps) => (
  <AccountDialog
    {...what}
    system="outlook"
    login={OutlookLoginFields}
    folders
    owners
  />
);
