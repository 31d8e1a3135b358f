import type { ComponentType } from "react";
import type { System } from "../api/types.js";
import { CloudDialog } from "./cloud/cloud-dialog.js";
import type { DialogProps } from "./dialog-props.js";
import { GoogleDialog } from "./google/google-dialog.js";
import { OutlookDialog } from "./outlook/outlook-dialog.js";
import { TobitDialog } from "./tobit/tobit-dialog.js";

/** R09: each system has a dialog of its own. */
export const DIALOGS: Readonly<Record<System, ComponentType<DialogProps>>> = {
  cloud: CloudDialog,
  outlook: OutlookDialog,
  tobit: TobitDialog,
  google: GoogleDialog,
};
