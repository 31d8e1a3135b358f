import { streamOf, type RecordKind } from "./kinds.js";
import type { Language } from "./problem-text.js";
import type { ScopeReason } from "./scope.js";

/** What decides that a record is not sent. */
export interface ScopeSetting {
  /** JSON pointer into the account's options; missing: it is decided in ams. */
  readonly pointer?: string;
  /** Where people find it. */
  readonly label: { readonly [l in Language]: string };
}

export const settingInAms = (de: string, en: string): ScopeSetting => ({
  label: { de: `in ams: ${de}`, en: `in ams: ${en}` },
});

const option = (pointer: string, de: string, en: string): ScopeSetting => ({
  pointer,
  label: { de, en },
});

const KINDS = {
  customer: [
    "customers",
    "Kunden und Interessenten",
    "Customers and prospects",
  ],
  company: ["companies", "Gesellschaften", "Companies"],
  agent: ["agents", "Vermittler", "Agents"],
} as const;

/** The setting to change for the record to be sent. */
export function scopeSetting(
  reason: ScopeReason,
  kind: RecordKind,
): ScopeSetting {
  const stream = streamOf(kind);
  switch (reason) {
    case "leaving":
      return option("/leaving", "Konto trennen", "Disconnect");
    case "stream-off":
      return stream === "contacts"
        ? option("/contacts", "Kontakte", "Contacts")
        : option("/appointments", "Termine", "Appointments");
    case "kind-off": {
      const [name, de, en] =
        kind === "appointment" ? KINDS.customer : KINDS[kind];
      return option(`/contacts/${name}`, de, en);
    }
    case "no-agent":
      return settingInAms("Vermittler des Kunden", "the customer's agent");
    case "agent-not-released":
      return settingInAms("Vermittlerfreischaltung", "agent release");
    case "other-agent":
      return option(
        "/contacts/agentId",
        "Nur Kunden dieses Vermittlers",
        "Only customers of this agent",
      );
    case "tag-missing":
      return option("/contacts/tags", "Schlagworte", "Tags");
    case "not-own":
      return settingInAms("Benutzer des Termins", "the appointment's user");
    case "owner-not-chosen":
      return option(
        "/appointments/owners",
        "Termine auch von",
        "Appointments also of",
      );
    case "no-department-right":
      return settingInAms(
        "Recht „Termine derselben Abteilung sehen“",
        'the right "Termine derselben Abteilung sehen"',
      );
    case "other-department":
      return settingInAms("Abteilung des Benutzers", "the user's department");
    case "not-edited-since":
      return option(
        `/${stream}/editedSince`,
        "Bearbeitet seit",
        "Edited since",
      );
    case "too-old":
      return option(
        "/appointments/maxAgeDays",
        "Zuletzt geändert in den letzten X Tagen",
        "Changed within the last X days",
      );
  }
}
