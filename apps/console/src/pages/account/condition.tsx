import { Card, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Live } from "../../api/live.js";
import { waitsForConsent, type Status } from "../../api/state-types.js";
import { HealthBadge } from "../../components/health-badge.js";
import { Time } from "../../components/time.js";
import { useNow } from "../../i18n/use-now.js";
import { StreamProgress } from "./stream-progress.js";

/** Health, what to do, and how far it is. */
export function Condition({
  status,
  live,
}: {
  readonly status: Status;
  readonly live: Live;
}) {
  const { t } = useTranslation();
  const { health, errorMessage, errorDetail, lastSuccessAt, dueAt } = status;
  return (
    <Card withBorder component="section" aria-label={t("admin.health")}>
      <Stack gap="sm">
        <Group gap="sm">
          <HealthBadge health={health} />
          <Text size="sm" c="dimmed" role="status">
            {t(status.running ? "account.running" : "account.idle")}
          </Text>
        </Group>
        <Text>{errorMessage ?? whatToDo()}</Text>
        {errorDetail && (
          <Text size="sm" c="dimmed">
            {t("account.technical")}: <span lang="en">{errorDetail}</span>
          </Text>
        )}
        <Group gap="xl" style={{ rowGap: 0 }}>
          <Text size="sm">
            {t("account.lastSuccess")}:{" "}
            {lastSuccessAt ? <Time at={lastSuccessAt} /> : t("account.never")}
          </Text>
          <Text size="sm">
            {t("account.next")}: <Due at={dueAt} running={status.running} />
          </Text>
        </Group>
        {status.streams.map((stream) => (
          <StreamProgress
            key={stream.kind}
            stream={stream}
            live={live[stream.kind]}
          />
        ))}
      </Stack>
    </Card>
  );

  function whatToDo(): string {
    if (health === "ok" && waitsForConsent(status)) return t("preview.waits");
    const waiting = status.streams.some(
      ({ kind, pending, takenIn }) =>
        !takenIn || (live[kind]?.pending ?? pending) > 0,
    );
    return health === "ok" && waiting
      ? t("account.busy")
      : t(`account.whatToDo.${health}`);
  }
}

function Due({
  at,
  running,
}: {
  readonly at: string | null;
  readonly running: boolean;
}) {
  const { t } = useTranslation();
  const now = useNow();
  if (at === null) return t("account.rests");
  // What is due is taken up in a moment.
  if (running || new Date(at).getTime() <= now) return t("account.soon");
  return <Time at={at} />;
}
