import { allowList, type Egress } from "@ams-sync/platform/egress";

/** The servers of the specs listen there. */
export const TO_LOOPBACK: Egress = { allow: allowList.parse("127.0.0.1") };
