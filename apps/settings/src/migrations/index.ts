import { SettingsAccounts1763800000001 } from "./1-accounts.js";
import { SettingsAuditAndTries1763800000002 } from "./2-audit-and-tries.js";
import { SettingsAuditedTenantUpdate1763800000003 } from "./3-audited-tenant-update.js";
import { SettingsHosting1763800000004 } from "./4-hosting.js";
import { SettingsDepartures1763800000005 } from "./5-departures.js";
import { SettingsPreview1763800000006 } from "./6-preview.js";

import { SettingsFormerPlaces1763800000007 } from "./7-former-places.js";
import { SettingsLongLists1763800000008 } from "./8-long-lists.js";
import { SettingsMovedAt1763800000009 } from "./9-moved-at.js";

export const migrations = [
  SettingsAccounts1763800000001,
  SettingsAuditAndTries1763800000002,
  SettingsAuditedTenantUpdate1763800000003,
  SettingsHosting1763800000004,
  SettingsDepartures1763800000005,
  SettingsPreview1763800000006,
  SettingsFormerPlaces1763800000007,
  SettingsLongLists1763800000008,
  SettingsMovedAt1763800000009,
];
