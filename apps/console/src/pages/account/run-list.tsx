import { Checkbox, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRuns } from "../../api/questions.js";
import type { Run } from "../../api/state-types.js";
import { EntryList } from "../../components/entry-list.js";
import { Time } from "../../components/time.js";
import { useFormat } from "../../i18n/use-format.js";

const SHOWN = [
  "created",
  "updated",
  "deleted",
  "unlinked",
  "adopted",
  "imported",
  "taken",
  "setAside",
  "unchanged",
] as const;

export function RunList({ accountId }: { readonly accountId: string }) {
  const { t } = useTranslation();
  const [idle, setIdle] = useState(false);
  const runs = useRuns(accountId, idle);
  return (
    <Stack gap="sm">
      <Checkbox
        checked={idle}
        onChange={({ currentTarget }) => setIdle(currentTarget.checked)}
        label={t("account.idleRuns")}
      />
      <EntryList
        pages={runs}
        empty={t("account.nothing.runs")}
        keyOf={({ runId }) => runId}
      >
        {(run) => <OneRun run={run} />}
      </EntryList>
    </Stack>
  );
}

function OneRun({ run }: { readonly run: Run }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const did = SHOWN.flatMap((name) => {
    const count = run.counts[name] ?? 0;
    return count === 0
      ? []
      : [`${number(count)} ${t(`account.counts.${name}`)}`];
  });
  return (
    <Stack gap={2}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          <Time at={run.startedAt} />
        </Text>
        <Text size="sm" c="dimmed">
          {outcomeOf()}
        </Text>
      </Group>
      {!run.running && (
        <Text size="sm">
          {did.length === 0 ? t("account.noChange") : did.join(", ")}
        </Text>
      )}
      {run.errorMessage && <Text size="sm">{run.errorMessage}</Text>}
      {run.errorDetail && (
        <Text size="sm" c="dimmed">
          {t("account.technical")}: <span lang="en">{run.errorDetail}</span>
        </Text>
      )}
    </Stack>
  );

  function outcomeOf(): string {
    const { endedAt, startedAt, running, errorKind } = run;
    if (running) return t("account.runRunning");
    if (endedAt === null) return t("account.runBroken");
    const ms = new Date(endedAt).getTime() - new Date(startedAt).getTime();
    const seconds = number(Math.ceil(ms / 100) / 10);
    const how = t(errorKind ? "account.runFailed" : "account.runDone");
    return `${how}, ${t("account.took", { seconds })}`;
  }
}
