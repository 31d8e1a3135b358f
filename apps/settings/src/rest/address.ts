import {
  type AllowList,
  refusalOf,
  refusalText,
} from "@ams-sync/platform/egress";
import { fieldErrors, invalid, type FieldError } from "@ams-sync/platform/rest";
import type { System } from "@ams-sync/sync-core";
import { z } from "zod";
import { encryptedUrl, serverUrl } from "../field-rules.js";

export interface AddressRules {
  readonly allow: AllowList;
  readonly allowInsecureServers: boolean;
}

/** Where a system always is; nobody types these. */
const FIXED: Partial<Record<System, string>> = {
  outlook: "https://graph.microsoft.com/",
  google: "https://www.googleapis.com/",
};

/** The system's address. @throws Problem at /serverUrl; asks no DNS, which the connector does when it connects */
export function addressOf(
  system: System,
  typed: string | undefined,
  rules: AddressRules,
): string {
  const fixed = FIXED[system];
  if (fixed !== undefined) return fixed;
  const schema = rules.allowInsecureServers ? serverUrl : encryptedUrl;
  const checked = z
    .object({ serverUrl: schema })
    .safeParse({ serverUrl: typed });
  if (!checked.success) throw invalid(fieldErrors(checked.error));
  const refused = refusedAddress(checked.data.serverUrl, rules.allow);
  if (refused) throw invalid([refused]);
  return checked.data.serverUrl;
}

function refusedAddress(
  text: string,
  allow: AllowList,
): FieldError | undefined {
  const { hostname, port, protocol, host } = new URL(text);
  const number =
    port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
  const refusal = refusalOf(hostname, number, { allow });
  return (
    refusal && {
      pointer: "/serverUrl",
      code: refusal.reason === "port" ? "other-port" : "inner-address",
      text: {
        de: refusalText(refusal.reason, host, "de"),
        en: refusalText(refusal.reason, host, "en"),
      },
    }
  );
}
