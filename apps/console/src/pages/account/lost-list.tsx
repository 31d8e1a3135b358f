import { Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useNames } from "../../api/names.js";
import { useDecideLost, useLost } from "../../api/questions.js";
import type { Stream } from "../../api/types.js";
import { EntryList } from "../../components/entry-list.js";
import { ProblemAlert } from "../../components/problem-alert.js";
import { Time } from "../../components/time.js";
import { RecordName } from "./record-name.js";

/** R50–R52 */
export function LostList({
  accountId,
  stream,
}: {
  readonly accountId: string;
  readonly stream: Stream;
}) {
  const { t } = useTranslation();
  const lost = useLost(accountId, stream);
  const nameOf = useNames((lost.entries ?? []).map(({ record }) => record));
  const decide = useDecideLost(accountId);
  return (
    <Stack gap="xs">
      {decide.error && <ProblemAlert error={decide.error} />}
      <EntryList
        pages={lost}
        empty={t("account.nothing.lost")}
        keyOf={({ record }) => `${record.kind} ${record.recordId}`}
      >
        {({ record, itemId, state, lostAt }) => (
          <Group justify="space-between">
            <Stack gap={2}>
              <RecordName record={record} itemId={itemId} nameOf={nameOf} />
              <Text size="sm" c="dimmed">
                <Time at={lostAt} />,{" "}
                {t(state === "left" ? "account.staysAway" : "account.noticed")}
              </Text>
            </Stack>
            <Group gap="xs">
              <Button
                variant="default"
                size="xs"
                onClick={() => decide.mutate({ record, restore: true })}
              >
                {t("account.restore")}
              </Button>
              {state === "noticed" && (
                <Button
                  variant="default"
                  size="xs"
                  onClick={() => decide.mutate({ record, restore: false })}
                >
                  {t("account.leave")}
                </Button>
              )}
            </Group>
          </Group>
        )}
      </EntryList>
    </Stack>
  );
}
