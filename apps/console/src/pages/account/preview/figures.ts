import { useTranslation } from "react-i18next";
import type { Shown } from "../../../api/preview.js";
import type { Preview } from "../../../api/state-types.js";
import { useFormat } from "../../../i18n/use-format.js";

/** What takes something away comes last and is not overlooked. */
export const SHOWN = [
  "create",
  "adopt",
  "update",
  "take",
  "import",
  "unlink",
  "clear",
  "delete",
  "conflict",
] as const satisfies readonly Shown[];

/** "812 neu, 40 übernommen, 45 entfernt, 3 Konflikte", part by part. */
export function useFigures(): (
  preview: Preview,
) => readonly { readonly shown: Shown; readonly text: string }[] {
  const { t } = useTranslation();
  const { number } = useFormat();
  return ({ counts }) =>
    SHOWN.flatMap((shown) => {
      const count = counts[shown];
      const name =
        shown === "conflict"
          ? t("preview.actions.conflict", { count })
          : t(`preview.actions.${shown}`);
      return count === 0 ? [] : [{ shown, text: `${number(count)} ${name}` }];
    });
}
