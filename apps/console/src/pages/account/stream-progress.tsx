import { Group, Progress as Bar, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Progress, Status } from "../../api/state-types.js";
import { useFormat } from "../../i18n/use-format.js";

/** One kind: a bar while something waits, and figures. */
export function StreamProgress({
  stream: { kind, pending, setAside, links, held, preview },
  live,
}: {
  readonly stream: Status["streams"][number];
  readonly live: Progress | undefined;
}) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const waiting = live?.pending ?? pending;
  // What waits for consent does not get on.
  const underWay = waiting > 0 && preview !== "shown";
  const done = live?.done ?? 0;
  const all = done + waiting;
  const named = t(`common.streams.${kind}`);
  const progress = t("account.progress", {
    done: number(done),
    all: number(all),
  });
  const figures = [
    `${t("account.linked")}:\u00a0${number(links)}`,
    `${t("account.pending")}:\u00a0${number(waiting)}`,
    `${t("account.setAside")}:\u00a0${number(live?.setAside ?? setAside)}`,
    ...(held > 0 ? [`${t("account.held")}:\u00a0${number(held)}`] : []),
  ];
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs">
        <Text fw={600} size="sm">
          {named}
        </Text>
        <Text size="sm">{figures.join(" · ")}</Text>
      </Group>
      {underWay && (
        <Bar.Root size="lg">
          <Bar.Section
            value={Math.floor((done / all) * 100)}
            color="blue.8"
            aria-label={`${named}: ${progress}`}
          />
        </Bar.Root>
      )}
      {underWay && <Text size="sm">{progress}</Text>}
    </Stack>
  );
}
