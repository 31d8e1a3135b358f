import { SettingsAccounts1763800000001 } from "./1-accounts.js";

export const migrations = [SettingsAccounts1763800000001];
