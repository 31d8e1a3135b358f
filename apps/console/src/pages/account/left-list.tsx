import { Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useNames } from "../../api/names.js";
import { useDecideLeft, useLeft } from "../../api/questions.js";
import type { Stream } from "../../api/types.js";
import { EntryList } from "../../components/entry-list.js";
import { ProblemAlert } from "../../components/problem-alert.js";
import { RecordName } from "./record-name.js";

/** Items without a record: made in ams, connected with one, or left where they are. */
export function LeftList({
  accountId,
  stream,
}: {
  readonly accountId: string;
  readonly stream: Stream;
}) {
  const { t } = useTranslation();
  const left = useLeft(accountId, stream);
  const nameOf = useNames(
    (left.entries ?? []).flatMap(({ candidates }) => candidates),
  );
  const decide = useDecideLeft(accountId, stream);
  return (
    <Stack gap="xs">
      {decide.error && <ProblemAlert error={decide.error} />}
      <EntryList
        pages={left}
        empty={t("account.nothing.left")}
        keyOf={({ itemId }) => itemId}
      >
        {(item) => (
          <Stack gap="xs">
            <RecordName record={null} itemId={item.itemId} nameOf={nameOf} />
            <Text size="sm">
              {item.settled ? t("account.settled") : item.message}
            </Text>
            <Group gap="xs">
              {item.candidates.map((linkTo) => (
                <Button
                  key={`${linkTo.kind} ${linkTo.recordId}`}
                  size="xs"
                  variant="default"
                  onClick={() => decide.mutate({ item, decision: { linkTo } })}
                >
                  {t("account.linkTo", {
                    name: nameOf(linkTo) ?? linkTo.recordId,
                  })}
                </Button>
              ))}
              <Button
                size="xs"
                variant="default"
                onClick={() => decide.mutate({ item, decision: "import" })}
              >
                {t("account.import")}
              </Button>
              {!item.settled && (
                <Button
                  size="xs"
                  variant="default"
                  onClick={() => decide.mutate({ item, decision: "leave" })}
                >
                  {t("account.leaveThere")}
                </Button>
              )}
            </Group>
          </Stack>
        )}
      </EntryList>
    </Stack>
  );
}
