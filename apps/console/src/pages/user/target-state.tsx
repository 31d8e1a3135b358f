import { Anchor, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { waitsForConsent } from "../../api/state-types.js";
import { useStatusesOf } from "../../api/status.js";
import type { Account } from "../../api/types.js";
import { HealthBadge } from "../../components/health-badge.js";

/** How the chosen account is, and the way to its page. */
export function TargetState({
  account: { accountId, userId },
}: {
  readonly account: Account;
}) {
  const { t } = useTranslation();
  const statuses = useStatusesOf(userId);
  const status = statuses.data?.accounts.find(
    (one) => one.accountId === accountId,
  );
  return (
    <Group gap="sm" mt={4}>
      {status && <HealthBadge health={status.health} />}
      {status && waitsForConsent(status) && (
        <Text size="sm">{t("preview.badge")}</Text>
      )}
      <Anchor component={Link} to={`/accounts/${accountId}`} size="sm">
        {t("users.status")}
      </Anchor>
    </Group>
  );
}
