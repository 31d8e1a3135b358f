import type { ParseKeys } from "i18next";
import { useTranslation } from "react-i18next";
import { useAgentNames } from "../api/names.js";
import { useUserNames } from "../api/people.js";
import { showDay } from "../i18n/day.js";
import { language } from "../i18n/language.js";

const LABELS: Readonly<Record<string, ParseKeys>> = {
  items: "leaving.there",
  serverUrl: "dialog.serverUrl",
  username: "dialog.username",
  policy: "dialog.policy",
  "contacts.on": "dialog.contactsOn",
  "contacts.customers": "dialog.customers",
  "contacts.companies": "dialog.companies",
  "contacts.agents": "dialog.agents",
  "contacts.birthday": "dialog.birthday",
  "contacts.agentId": "dialog.agent",
  "contacts.tags": "dialog.tags",
  "contacts.editedSince": "dialog.editedSince",
  "contacts.container": "dialog.container.contacts",
  "appointments.on": "dialog.appointmentsOn",
  "appointments.limited": "dialog.ageOn",
  "appointments.maxAgeDays": "dialog.age",
  "appointments.editedSince": "dialog.editedSince",
  "contacts.companiesContainer": "dialog.companiesContainer",
  "contacts.agentsContainer": "dialog.agentsContainer",
  "appointments.ownerIds": "dialog.owners",
  "appointments.owners": "dialog.owners",
  "appointments.container": "dialog.container.appointments",
};

const FOLDERS: Readonly<Record<string, true>> = {
  "contacts.companiesContainer": true,
  "contacts.agentsContainer": true,
};

const OWNERS: Readonly<Record<string, true>> = {
  "appointments.ownerIds": true,
  "appointments.owners": true,
};

/**
 * Fields of a dialog and what stands in them, as words.
 * @param agentIds those among the values
 * @param owners whether any are among the values
 */
export function useShown(
  agentIds: readonly unknown[],
  owners: boolean,
): {
  labelOf: (path: string) => string;
  textOf: (path: string, value: unknown) => string;
} {
  const { t } = useTranslation();
  const agent = useAgentNames(agentIds);
  const user = useUserNames(owners);
  const labelOf = (path: string): string => {
    const key = LABELS[path];
    return key === undefined ? path : t(key);
  };
  const textOf = (path: string, value: unknown): string => {
    if (typeof value === "boolean")
      return t(value ? "common.yes" : "common.no");
    if (path === "policy")
      return t(value === "ams-wins" ? "dialog.amsWins" : "dialog.remoteWins");
    if (path === "items")
      return t(value === "remove" ? "leaving.remove" : "leaving.leave");
    if (path === "contacts.container" || path === "appointments.container")
      return value === null
        ? t(
            path === "contacts.container"
              ? "dialog.ownContainer.contacts"
              : "dialog.ownContainer.appointments",
          )
        : String(value);
    if (path in FOLDERS && value === null) return t("dialog.sameFolder");
    if (path === "contacts.agentId" && value !== null)
      return agent(String(value));
    if (path.endsWith(".editedSince") && typeof value === "string")
      return value === "" ? t("dialog.empty") : showDay(value, language());
    if (path in OWNERS && Array.isArray(value) && value.length > 0)
      return value.map((id) => user(String(id))).join(", ");
    const text = Array.isArray(value) ? value.join(", ") : String(value ?? "");
    return text === "" ? t("dialog.empty") : text;
  };
  return { labelOf, textOf };
}
