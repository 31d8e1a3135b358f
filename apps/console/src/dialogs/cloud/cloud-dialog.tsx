import { AccountDialog } from "../account-dialog.js";
import type { DialogProps } from "../dialog-props.js";
import { LoginFields } from "../fields/login-fields.js";

export const CloudDialog = (what: DialogProps) => (
  <AccountDialog {...what} system="cloud" login={LoginFields} />
);
