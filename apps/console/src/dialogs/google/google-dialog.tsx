import type { DialogProps } from "../dialog-props.js";
import { NotThereYet } from "../not-there-yet.js";

export const GoogleDialog = ({ onClose }: DialogProps) => (
  <NotThereYet system="google" onClose={onClose} />
);
