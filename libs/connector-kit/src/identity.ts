import type { RecordKind } from "@ams-sync/sync-core";
import { v5 } from "uuid";
import type { Identity } from "./port.js";

/**
 * Never to change: every item that was ever written carries an id made from it, and with another one all of them
 * would be created a second time.
 */
const NAMESPACE = "1d3586cd-15b9-418c-919b-9eb6fc655083";

/**
 * Rule 2: the same record has the same uid in every run, on every replica and after every reset, so that creating it
 * twice finds the first. UUIDv5 (RFC 9562 section 5.5) of `tenant/kind/record`. Tenant ids are compared in lower case.
 */
export const identityOf = (
  tenantId: string,
  kind: RecordKind,
  recordId: string,
): Identity => ({
  uid: v5(`${tenantId.toLowerCase()}/${kind}/${recordId}`, NAMESPACE),
});
