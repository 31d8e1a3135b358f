import { Alert, Button, Group, Stack, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Account } from "../api/types.js";
import { useAttention } from "../components/use-attention.js";
import { formOf, type AccountForm } from "./form.js";
import { changedLeaves } from "./merge.js";
import { useShown } from "./shown.js";

/** 412: what somebody else changed, beside what stands in the dialog; the person decides. */
export function MovedNotice({
  stored,
  now,
  mine,
  keepMine,
  takeTheirs,
}: {
  readonly stored: Account;
  readonly now: Account;
  readonly mine: AccountForm;
  readonly keepMine: () => void;
  readonly takeTheirs: () => void;
}) {
  const { t } = useTranslation();
  const notice = useAttention();
  const { labelOf, textOf } = useShown(
    [stored, now, mine].map(({ contacts }) => contacts?.agentId),
    [stored, now].some((one) => formOf(one).appointments.owners.length > 0),
  );
  const theirs = changedLeaves(formOf(stored), formOf(now));
  const own = new Map(
    changedLeaves(formOf(now), mine).map(({ path, value }) => [path, value]),
  );
  return (
    <Alert ref={notice} tabIndex={-1} color="orange" title={t("dialog.moved")}>
      <Stack gap="sm">
        <Text size="sm">
          {theirs.length === 0 ? t("dialog.movedSame") : t("dialog.movedText")}
        </Text>
        {theirs.length > 0 && (
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("dialog.field")}</Table.Th>
                <Table.Th>{t("dialog.theirs")}</Table.Th>
                <Table.Th>{t("dialog.yours")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {theirs.map(({ path, value }) => (
                <Table.Tr key={path}>
                  <Table.Th scope="row">{labelOf(path)}</Table.Th>
                  <Table.Td>{textOf(path, value)}</Table.Td>
                  <Table.Td>
                    {textOf(path, own.has(path) ? own.get(path) : value)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        <Text size="sm">{t("dialog.keepMineHint")}</Text>
        <Group>
          <Button onClick={keepMine}>{t("dialog.keepMine")}</Button>
          <Button variant="default" onClick={takeTheirs}>
            {t("dialog.takeTheirs")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
