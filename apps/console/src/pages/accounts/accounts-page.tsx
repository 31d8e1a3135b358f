import { Anchor, Group, Select, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { useUserNames } from "../../api/people.js";
import {
  HEALTHS,
  waitsForConsent,
  type Status,
} from "../../api/state-types.js";
import { useStatuses } from "../../api/status.js";
import { EntryList } from "../../components/entry-list.js";
import { HealthBadge } from "../../components/health-badge.js";
import { Page } from "../../components/page.js";
import { Time } from "../../components/time.js";
import { useFormat } from "../../i18n/use-format.js";
import { useNow } from "../../i18n/use-now.js";

const DAY_MS = 86_400_000;

/** For administrators: every account of the brokerage, and how fresh it is. */
export function AccountsPage() {
  const { t } = useTranslation();
  const [query, setQuery] = useSearchParams();
  const health = HEALTHS.find((one) => one === query.get("health"));
  const statuses = useStatuses(health);
  const nameOf = useUserNames();
  return (
    <Page title={t("admin.accounts")}>
      <Text>{t("admin.accountsIntro")}</Text>
      <Select
        label={t("admin.health")}
        maw={300}
        data={[
          { value: "all", label: t("admin.allHealth") },
          ...HEALTHS.map((value) => ({
            value,
            label: t(`account.health.${value}`),
          })),
        ]}
        value={health ?? "all"}
        allowDeselect={false}
        onChange={(next) =>
          setQuery(next === null || next === "all" ? {} : { health: next }, {
            replace: true,
          })
        }
      />
      <EntryList
        pages={statuses}
        empty={t("admin.noAccounts")}
        keyOf={({ accountId }) => accountId}
      >
        {(status) => (
          <OneAccount status={status} name={nameOf(status.userId)} />
        )}
      </EntryList>
    </Page>
  );
}

function OneAccount({
  status,
  name,
}: {
  readonly status: Status;
  readonly name: string;
}) {
  const { t } = useTranslation();
  const { accountId, system, health, lastSuccessAt, streams, errorMessage } =
    status;
  const { number } = useFormat();
  const now = useNow();
  const pending = streams.reduce((sum, one) => sum + one.pending, 0);
  const aside = streams.reduce((sum, one) => sum + one.setAside, 0);
  const stale =
    health !== "paused" &&
    (lastSuccessAt === null ||
      now - new Date(lastSuccessAt).getTime() > DAY_MS);
  return (
    <Group justify="space-between" align="flex-start">
      <Stack gap={2} flex="1 1 16rem">
        <Anchor component={Link} to={`/accounts/${accountId}`}>
          {t("account.title", { system: t(`common.systems.${system}`), name })}
        </Anchor>
        <Text size="sm">
          {streams.map(({ kind }) => t(`common.streams.${kind}`)).join(", ")}
        </Text>
        {errorMessage && <Text size="sm">{errorMessage}</Text>}
        {waitsForConsent(status) && <Text size="sm">{t("preview.badge")}</Text>}
      </Stack>
      <Stack gap={2} flex="0 1 16rem">
        <HealthBadge health={health} />
        <Text size="sm">
          {t("admin.freshness")}:{" "}
          {lastSuccessAt ? <Time at={lastSuccessAt} /> : t("account.never")}
          {stale && lastSuccessAt && ` (${t("admin.stale")})`}
        </Text>
        {pending + aside > 0 && (
          <Text size="sm">
            {t("admin.waiting")}: {number(pending)} · {t("account.setAside")}:{" "}
            {number(aside)}
          </Text>
        )}
      </Stack>
    </Group>
  );
}
