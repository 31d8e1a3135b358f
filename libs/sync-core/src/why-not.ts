import type { Instant } from "./dates.js";
import type { RecordKind } from "./kinds.js";
import type { SyncOptions } from "./options.js";
import { scopeReasonText, type Language } from "./problem-text.js";
import type { UserView } from "./record.js";
import {
  scopeSetting,
  settingInAms,
  type ScopeSetting,
} from "./scope-setting.js";
import { scope, SCOPE_REASONS, type ScopeReason } from "./scope.js";
import type { ScopeRecord } from "./scope.js";

/** Why a run would not send a record, beside what its scope says: then nothing is judged at all. */
export type WhyNotCode =
  ScopeReason | "unknown-record" | "no-user" | "unknown-zone";

export type WhyNot =
  | { readonly sent: true }
  | {
      readonly sent: false;
      readonly code: WhyNotCode;
      /** Holds back only the first transfer; what is linked stays (R16, R34). */
      readonly gate: boolean;
    };

const because = (code: WhyNotCode): WhyNot => ({
  ...{ sent: false, code, gate: false },
});

/**
 * What a run that begins now would make of the record.
 * @param user or why there is none to judge by
 */
export function whyNot(
  record: ScopeRecord | undefined,
  user: UserView | "no-user" | "unknown-zone",
  options: SyncOptions,
  now: Instant,
): WhyNot {
  if (options.leaving) return because("leaving");
  if (typeof user === "string") return because(user);
  if (record === undefined) return because("unknown-record");
  const found = scope(record, user, options, now);
  return found.in
    ? { sent: true }
    : { sent: false, code: found.reason, gate: found.gate };
}

const OTHERS: {
  readonly [code in Exclude<WhyNotCode, ScopeReason>]: {
    readonly [l in Language]: string;
  } & { readonly setting: ScopeSetting };
} = {
  "unknown-record": {
    de: "In ams gibt es diesen Datensatz nicht (mehr).",
    en: "There is no such record in ams (any more).",
    setting: settingInAms("Datensatz", "the record"),
  },
  "no-user": {
    de: "Der Benutzer dieses Kontos ist in ams unbekannt oder nicht aktiv; es wird nichts übertragen und nichts gelöscht.",
    en: "The user of this account is unknown or not active in ams; nothing is sent and nothing is deleted.",
    setting: settingInAms("Benutzer aktiv", "the user is active"),
  },
  "unknown-zone": {
    de: "Die Zeitzone des Maklerbüros in ams ist keine; es wird nichts übertragen und nichts gelöscht.",
    en: "The brokerage's time zone in ams is none; nothing is sent and nothing is deleted.",
    setting: settingInAms("Zeitzone", "the time zone"),
  },
};

const isScopeReason = (code: WhyNotCode): code is ScopeReason =>
  (SCOPE_REASONS as readonly string[]).includes(code);

export const whyNotText = (code: WhyNotCode, language: Language): string =>
  isScopeReason(code)
    ? scopeReasonText(code, language)
    : OTHERS[code][language];

/** What decides it. */
export const whyNotSetting = (
  code: WhyNotCode,
  kind: RecordKind,
): ScopeSetting =>
  isScopeReason(code) ? scopeSetting(code, kind) : OTHERS[code].setting;
