import type { DialogProps } from "../dialog-props.js";
import { NotThereYet } from "../not-there-yet.js";

export const OutlookDialog = ({ onClose }: DialogProps) => (
  <NotThereYet system="outlook" onClose={onClose} />
);
