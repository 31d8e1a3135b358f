import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { HEALTHS, type Tenant } from "../../api/state-types.js";
import { useTenants } from "../../api/status.js";
import { EntryList } from "../../components/entry-list.js";
import { Page } from "../../components/page.js";
import { Time } from "../../components/time.js";
import { useFormat } from "../../i18n/use-format.js";

/** For the hoster: figures, and no personal data. */
export function TenantsPage() {
  const { t } = useTranslation();
  const tenants = useTenants();
  return (
    <Page title={t("admin.tenants")}>
      <Text>{t("admin.tenantsIntro")}</Text>
      <EntryList
        pages={tenants}
        empty={t("admin.noTenants")}
        keyOf={({ tenantId }) => tenantId}
      >
        {(tenant) => <OneTenant tenant={tenant} />}
      </EntryList>
    </Page>
  );
}

function OneTenant({
  tenant: { tenantId, accounts, byHealth, pending, setAside, oldestSuccessAt },
}: {
  readonly tenant: Tenant;
}) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const healths = HEALTHS.filter((health) => byHealth[health] > 0).map(
    (health) => `${t(`account.health.${health}`)}: ${number(byHealth[health])}`,
  );
  return (
    <Stack gap={2}>
      <Text fw={600}>
        {t("admin.tenant")} {tenantId}
      </Text>
      <Text size="sm">
        {t("admin.accounts")}: {number(accounts)}
        {healths.length > 0 && ` (${healths.join(", ")})`}
      </Text>
      <Group gap="xl">
        <Text size="sm">
          {t("admin.waiting")}: {number(pending)} · {t("account.setAside")}:{" "}
          {number(setAside)}
        </Text>
        <Text size="sm">
          {t("admin.oldest")}:{" "}
          {oldestSuccessAt ? <Time at={oldestSuccessAt} /> : t("account.never")}
        </Text>
      </Group>
    </Stack>
  );
}
