import { AmsTables1763800000001 } from "./1-tables.js";
import { AmsChangeTracking1763800000002 } from "./2-change-tracking.js";
import { AmsTenancy1763800000003 } from "./3-tenancy.js";
import { AmsRoles1763800000004 } from "./4-roles.js";
import { AmsWayIn1763800000005 } from "./5-way-in.js";
import { AmsConsoleRole1763800000006 } from "./6-console-role.js";
import { AmsAppointmentDay1763800000007 } from "./7-appointment-day.js";
import { AmsConsoleNames1763800000008 } from "./8-console-names.js";
import { AmsConsoleCounts1763800000009 } from "./9-console-counts.js";
import { AmsMailAddresses1763800000010 } from "./10-mail-addresses.js";
import { AmsConsoleScope1763800000011 } from "./11-console-scope.js";
import { AmsAppointmentUser1763800000012 } from "./12-appointment-user.js";
import { AmsNameKeys1763800000013 } from "./13-name-keys.js";
import { AmsOriginUser1763800000014 } from "./14-origin-user.js";

export const amsMigrations = [
  AmsTables1763800000001,
  AmsChangeTracking1763800000002,
  AmsTenancy1763800000003,
  AmsRoles1763800000004,
  AmsWayIn1763800000005,
  AmsConsoleRole1763800000006,
  AmsAppointmentDay1763800000007,
  AmsConsoleNames1763800000008,
  AmsConsoleCounts1763800000009,
  AmsMailAddresses1763800000010,
  AmsConsoleScope1763800000011,
  AmsAppointmentUser1763800000012,
  AmsNameKeys1763800000013,
  AmsOriginUser1763800000014,
];
