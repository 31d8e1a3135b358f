import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RecordRef } from "../../api/state-types.js";

/** A record of ams, or an item that has none, as people know it. */
export function RecordName({
  record,
  itemId,
  nameOf,
}: {
  readonly record: RecordRef | null;
  readonly itemId?: string | null;
  readonly nameOf: (record: RecordRef) => string | undefined;
}) {
  const { t } = useTranslation();
  return (
    <Text size="sm" fw={600} component="span" display="block">
      {record
        ? `${t(`account.record.${record.kind}`)} ${nameOf(record) ?? record.recordId}`
        : itemId && lastPart(itemId)}
    </Text>
  );
}

/** Of an address, as a person may have named it. */
const lastPart = (itemId: string): string => {
  const last = itemId.split("/").findLast((part) => part !== "") ?? itemId;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
};
