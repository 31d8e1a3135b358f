import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useNames } from "../../api/names.js";
import { useSetAside } from "../../api/questions.js";
import { EntryList } from "../../components/entry-list.js";
import { useFormat } from "../../i18n/use-format.js";
import { RecordName } from "./record-name.js";

export function SetAsideList({ accountId }: { readonly accountId: string }) {
  const { t } = useTranslation();
  const { relative } = useFormat();
  const entries = useSetAside(accountId);
  const nameOf = useNames((entries.entries ?? []).map(({ record }) => record));
  return (
    <EntryList
      pages={entries}
      empty={t("account.nothing.setAside")}
      keyOf={({ entryId }) => entryId}
    >
      {({ record, itemId, message, detail, attempts, nextAttemptAt }) => (
        <Stack gap={2}>
          <RecordName record={record} itemId={itemId} nameOf={nameOf} />
          <Text size="sm">{message}</Text>
          {detail && (
            <Text size="sm" c="dimmed">
              {t("account.technical")}: <span lang="en">{detail}</span>
            </Text>
          )}
          <Text size="sm" c="dimmed">
            {t("account.attempts", { count: attempts })},{" "}
            {nextAttemptAt
              ? t("account.nextAttempt", { when: relative(nextAttemptAt) })
              : t("account.nextOnChange")}
          </Text>
        </Stack>
      )}
    </EntryList>
  );
}
