import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useNames } from "../../../api/names.js";
import { usePreviewEntries, type Shown } from "../../../api/preview.js";
import type { Preview } from "../../../api/state-types.js";
import { EntryList } from "../../../components/entry-list.js";
import { RecordName } from "../record-name.js";

/** Which ones, page by page. */
export function PreviewEntries({
  accountId,
  preview,
  shown,
}: {
  readonly accountId: string;
  readonly preview: Preview;
  readonly shown: Shown;
}) {
  const { t } = useTranslation();
  const pages = usePreviewEntries(accountId, preview, shown);
  const nameOf = useNames((pages.entries ?? []).map(({ record }) => record));
  return (
    <Stack gap="xs">
      <Text size="sm">{t(`preview.long.${shown}`)}:</Text>
      <EntryList
        pages={pages}
        empty={t("preview.nothing")}
        keyOf={({ entryId }) => entryId}
      >
        {({ record, itemId, action, fields, conflict }) => (
          <Stack gap={2}>
            <RecordName record={record} itemId={itemId} nameOf={nameOf} />
            {shown === "conflict" && (
              <Text size="sm">{t(`preview.long.${action}`)}</Text>
            )}
            {fields.length > 0 && (
              <Text size="sm">
                {t("preview.fields", {
                  fields: fields.map(({ label }) => label).join(", "),
                })}
              </Text>
            )}
            {conflict && shown !== "conflict" && (
              <Text size="sm">{t("preview.conflict")}</Text>
            )}
          </Stack>
        )}
      </EntryList>
    </Stack>
  );
}
