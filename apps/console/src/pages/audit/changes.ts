import { useTranslation } from "react-i18next";
import type { AuditEntry } from "../../api/types.js";
import { useShown } from "../../dialogs/shown.js";

/** What is stored, by the dialog's fields: a kind that is off is null. */
const pathOf = (pointer: string): string =>
  pointer === "/contacts" || pointer === "/appointments"
    ? `${pointer.slice(1)}.on`
    : pointer.slice(1).replaceAll("/", ".");

/** How "not chosen" is stored. */
const isNothing = (value: unknown): boolean =>
  value === null ||
  value === "" ||
  value === 0 ||
  (Array.isArray(value) && value.length === 0);

/** What was changed, a line each; what was set up begins with nothing, which nobody need be told. */
export function useChanges(
  entries: readonly AuditEntry[],
): (
  changes: AuditEntry["changes"],
  action: AuditEntry["action"],
) => readonly string[] {
  const { t } = useTranslation();
  const { labelOf, textOf } = useShown(
    entries.flatMap(({ changes }) =>
      changes
        .filter(({ pointer }) => pointer === "/contacts/agentId")
        .flatMap(({ from, to }) => [from, to]),
    ),
    entries.some(({ changes }) =>
      changes.some(({ pointer }) => pointer === "/appointments/ownerIds"),
    ),
  );
  const shown = (path: string, value: unknown): string => {
    if (path.endsWith(".on"))
      return t(isNothing(value) ? "common.no" : "common.yes");
    if (!isNothing(value)) return textOf(path, value);
    return path.endsWith(".container") ? textOf(path, null) : t("dialog.empty");
  };
  return (changes, action) =>
    changes.flatMap(({ pointer, from, to }) => {
      if (pointer === "/password")
        return [`${t("dialog.password")}: ${t("admin.newPassword")}`];
      const path = pathOf(pointer);
      const now = shown(path, to);
      if (action === "created")
        return isNothing(to) || to === false
          ? []
          : [`${labelOf(path)}: ${now}`];
      const before = shown(path, from);
      return before === now
        ? []
        : [`${labelOf(path)}: ${t("admin.fromTo", { from: before, to: now })}`];
    });
}
