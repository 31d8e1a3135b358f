import { Anchor, Group, List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useAudit } from "../../api/audit.js";
import { useUserNames } from "../../api/people.js";
import type { AuditEntry } from "../../api/types.js";
import { EntryList } from "../../components/entry-list.js";
import { Page } from "../../components/page.js";
import { Time } from "../../components/time.js";
import { useChanges } from "./changes.js";

/** Who changed what from what to what. */
export function AuditPage() {
  const { t } = useTranslation();
  const entries = useAudit(undefined);
  const nameOf = useUserNames();
  const linesOf = useChanges(entries.entries ?? []);
  return (
    <Page title={t("admin.audit")}>
      <Text>{t("admin.auditIntro")}</Text>
      <EntryList
        pages={entries}
        empty={t("admin.noAudit")}
        keyOf={({ entryId }) => entryId}
      >
        {(entry) => (
          <OneEntry
            entry={entry}
            user={nameOf(entry.userId)}
            lines={linesOf(entry.changes, entry.action)}
          />
        )}
      </EntryList>
    </Page>
  );
}

function OneEntry({
  entry: { at, by, action, accountId },
  user,
  lines,
}: {
  readonly entry: AuditEntry;
  readonly user: string;
  readonly lines: readonly string[];
}) {
  const { t } = useTranslation();
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs">
        <Anchor component={Link} to={`/accounts/${accountId}`}>
          {t(`admin.${action}`, { by: by.name, user })}
        </Anchor>
        <Text size="sm" c="dimmed">
          <Time at={at} />
        </Text>
      </Group>
      <List size="sm">
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
    </Stack>
  );
}
