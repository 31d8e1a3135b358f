import type { AmsView } from "./ams-records.js";
import type { StopReason } from "./halt.js";

/** Why the run of an account ends whose user cannot be judged by. */
export const noUser = ({
  zoneUnknown,
}: Pick<AmsView, "zoneUnknown">): StopReason => ({
  type: "error",
  kind: "rejected",
  message: zoneUnknown
    ? "ams.tenant.time_zone of this brokerage is no IANA name of a time zone. Nothing was sent and nothing was deleted; correct it in ams, for example to Europe/Berlin."
    : "The user of this account is unknown or not active in ams. Nothing was sent and nothing was deleted; disconnect the account or activate the user.",
  health: "degraded",
  retryInMs: 0,
});
