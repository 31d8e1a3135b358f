import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Health } from "../api/state-types.js";

/** Said in words; the colour only helps. Dark enough for white letters. */
const COLOURS = {
  ok: "#087f5b",
  degraded: "#a84300",
  "needs-login": "#c92a2a",
  paused: "#495057",
} as const;

export function HealthBadge({ health }: { readonly health: Health }) {
  const { t } = useTranslation();
  return (
    <Badge color={COLOURS[health]} variant="filled" tt="none" size="lg">
      {t(`account.health.${health}`)}
    </Badge>
  );
}
