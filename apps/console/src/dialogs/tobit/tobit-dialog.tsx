import type { DialogProps } from "../dialog-props.js";
import { NotThereYet } from "../not-there-yet.js";

export const TobitDialog = ({ onClose }: DialogProps) => (
  <NotThereYet system="tobit" onClose={onClose} />
);
