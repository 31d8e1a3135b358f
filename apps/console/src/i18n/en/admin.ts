import type { Texts } from "../de/index.js";

export const admin: Texts["admin"] = {
  accounts: "Accounts",
  accountsIntro: "All accounts of your brokerage and how fresh they are.",
  health: "State",
  allHealth: "All",
  user: "User",
  system: "System",
  freshness: "Last in step",
  stale: "not for more than a day",
  waiting: "Waiting",
  noAccounts: "No accounts in this state.",
  audit: "Journal",
  auditIntro:
    "Who changed which settings, and when. Passwords are never shown here.",
  noAudit: "Nobody has changed anything yet.",
  created: "{{by}} set up the account of {{user}}",
  changed: "{{by}} changed the account of {{user}}",
  disconnected: "{{by}} disconnected the account of {{user}}",
  ended: "The account of {{user}} is disconnected and deleted ({{by}})",
  fromTo: "{{from}} → {{to}}",
  newPassword: "new password",
  tenants: "Brokerages",
  tenantsIntro:
    "Figures only: names and contents of brokerages are not for the hoster to see.",
  tenant: "Brokerage",
  noTenants: "No brokerage has an account yet.",
  oldest: "Oldest success",
};
