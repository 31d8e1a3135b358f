import { Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Pages } from "../api/pages.js";
import { BusyButton } from "./busy-button.js";
import { Loading } from "./loading.js";
import { ProblemAlert } from "./problem-alert.js";

/** A list that comes in pages, with what is said when it is empty. */
export function EntryList<T>({
  pages,
  empty,
  keyOf,
  children,
}: {
  readonly pages: Pages<T>;
  readonly empty: string;
  readonly keyOf: (entry: T) => string;
  readonly children: (entry: T) => ReactNode;
}) {
  const { t } = useTranslation();
  const { entries, error } = pages;
  if (error) return <ProblemAlert error={error} again={pages.again} />;
  if (!entries) return <Loading />;
  if (entries.length === 0) return <Text c="dimmed">{empty}</Text>;
  return (
    <Stack gap="sm">
      <Stack component="ul" gap={0} m={0} p={0}>
        {entries.map((entry) => (
          <li key={keyOf(entry)} className="row entry" tabIndex={-1}>
            {children(entry)}
          </li>
        ))}
      </Stack>
      {pages.hasMore && (
        <Group>
          <BusyButton
            variant="default"
            busy={pages.loadingMore}
            onClick={pages.more}
          >
            {t("common.more")}
          </BusyButton>
        </Group>
      )}
    </Stack>
  );
}
