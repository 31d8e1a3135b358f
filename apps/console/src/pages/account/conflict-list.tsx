import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNames } from "../../api/names.js";
import { useConflicts, useTakeBack } from "../../api/questions.js";
import { EntryList } from "../../components/entry-list.js";
import { ProblemAlert } from "../../components/problem-alert.js";
import { Time } from "../../components/time.js";
import { RecordName } from "./record-name.js";

export function ConflictList({ accountId }: { readonly accountId: string }) {
  const { t } = useTranslation();
  const conflicts = useConflicts(accountId);
  const nameOf = useNames(
    (conflicts.entries ?? []).map(({ record }) => record),
  );
  const [taken, setTaken] = useState(false);
  const takeBack = useTakeBack(accountId);
  return (
    <Stack gap="xs">
      <div role="status">
        {taken && <Alert color="green">{t("account.takenBack")}</Alert>}
      </div>
      {takeBack.error && <ProblemAlert error={takeBack.error} />}
      <EntryList
        pages={conflicts}
        empty={t("account.nothing.conflicts")}
        keyOf={({ conflictId }) => conflictId}
      >
        {({ conflictId, record, label, winner, at, takenBack, ...values }) => (
          <Stack gap={2}>
            <Group justify="space-between" gap="xs">
              <RecordName record={record} nameOf={nameOf} />
              <Text size="sm" c="dimmed">
                <Time at={at} />
              </Text>
            </Group>
            <Text size="sm">
              {label}: {t(`account.keptIn.${winner}`)}
            </Text>
            {values.hidden ? (
              <Text size="sm">{t("account.hiddenValue")}</Text>
            ) : (
              <>
                <Text size="sm">
                  {t("account.keptValue")}:{" "}
                  {values.kept ?? t("account.emptyValue")}
                </Text>
                <Text size="sm">
                  {t("account.lostValue")}:{" "}
                  {values.lost ?? t("account.emptyValue")}
                </Text>
              </>
            )}
            {takenBack && <Text size="sm">{takenBack.message}</Text>}
            {!takenBack && !values.hidden && (
              <Group>
                <Button
                  size="xs"
                  variant="default"
                  onClick={() =>
                    takeBack.mutate(conflictId, {
                      onSuccess: () => setTaken(true),
                      onError: () => setTaken(false),
                    })
                  }
                >
                  {t("account.takeBack")}
                </Button>
              </Group>
            )}
          </Stack>
        )}
      </EntryList>
    </Stack>
  );
}
