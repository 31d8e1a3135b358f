import { Stack, Tabs, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLocation, useSearchParams } from "react-router";
import { waitsForConsent, type Status } from "../../api/state-types.js";
import type { Stream } from "../../api/types.js";
import { useAttention } from "../../components/use-attention.js";
import { ConflictList } from "./conflict-list.js";
import { HeldList } from "./held-list.js";
import { LeftList } from "./left-list.js";
import { LostList } from "./lost-list.js";
import { PreviewList } from "./preview/preview-list.js";
import { RunList } from "./run-list.js";
import { SetAsideList } from "./set-aside-list.js";

const TABS = [
  "preview",
  "runs",
  "setAside",
  "held",
  "left",
  "lost",
  "conflicts",
] as const;
type Tab = (typeof TABS)[number];

/** A link's state. */
export const TO_LISTS = "lists";

/** What happened, what waits, and what people are asked. */
export function Lists({ status }: { readonly status: Status }) {
  const { t } = useTranslation();
  const [query, setQuery] = useSearchParams();
  const shown = TABS.find((tab) => tab === query.get("tab")) ?? "runs";
  const { accountId, streams } = status;
  // Who follows a link to a list goes on there.
  const panel = useAttention(useLocation().state === TO_LISTS);
  // Most of the time nothing waits for consent.
  const tabs = TABS.filter(
    (tab) => tab !== "preview" || tab === shown || waitsForConsent(status),
  );
  const counts: Partial<Record<Tab, number>> = {
    setAside: sum(streams.map(({ setAside }) => setAside)),
    held: sum(streams.map(({ held }) => held)),
  };
  const label = (tab: Tab): string => {
    const count = counts[tab] ?? 0;
    const name = tab === "preview" ? t("preview.tab") : t(`account.${tab}`);
    return count > 0 ? `${name} (${count})` : name;
  };
  return (
    <Tabs
      value={shown}
      onChange={(next) => setQuery({ tab: next ?? "runs" }, { replace: true })}
      keepMounted={false}
    >
      <Tabs.List mb="md">
        {tabs.map((tab) => (
          <Tabs.Tab key={tab} value={tab}>
            {label(tab)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map((tab) => (
        <Tabs.Panel
          key={tab}
          value={tab}
          tabIndex={-1}
          ref={tab === shown ? panel : null}
        >
          <Stack gap="md">
            <Text size="sm">
              {tab === "preview"
                ? t("preview.intro")
                : t(`account.intro.${tab}`)}
            </Text>
            <Content
              tab={tab}
              accountId={accountId}
              streams={streams.map(({ kind }) => kind)}
            />
          </Stack>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function Content({
  tab,
  accountId,
  streams,
}: {
  readonly tab: Tab;
  readonly accountId: string;
  readonly streams: readonly Stream[];
}) {
  const { t } = useTranslation();
  if (tab === "runs") return <RunList accountId={accountId} />;
  if (tab === "setAside") return <SetAsideList accountId={accountId} />;
  if (tab === "conflicts") return <ConflictList accountId={accountId} />;
  const List = {
    ...{ preview: PreviewList, held: HeldList },
    ...{ left: LeftList, lost: LostList },
  }[tab];
  return streams.map((stream) => (
    <Stack key={stream} gap="xs">
      <Text component="h2" fw={600}>
        {t(`common.streams.${stream}`)}
      </Text>
      <List accountId={accountId} stream={stream} />
    </Stack>
  ));
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
