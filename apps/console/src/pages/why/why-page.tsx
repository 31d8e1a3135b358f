import { Anchor, Button, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { useNames } from "../../api/names.js";
import { useUserNames } from "../../api/people.js";
import { useRecords } from "../../api/records.js";
import type { RecordRef } from "../../api/state-types.js";
import { useStatus, useStatuses } from "../../api/status.js";
import { EntryList } from "../../components/entry-list.js";
import { Loading } from "../../components/loading.js";
import { Page } from "../../components/page.js";
import { ProblemAlert } from "../../components/problem-alert.js";
import { useAttention } from "../../components/use-attention.js";
import { AccountAnswer } from "./account-answer.js";

const KINDS = ["customer", "company", "agent", "appointment"] as const;

/** "Why not?": of any record and any account whether it is synchronised, and if not, why. */
export function WhyPage() {
  const { t } = useTranslation();
  const [query, setQuery] = useSearchParams();
  const kind = KINDS.find((one) => one === query.get("kind"));
  const recordId = query.get("id");
  const record = kind && recordId ? { kind, recordId } : undefined;
  const account = query.get("account");
  const [chosen, setChosen] = useState<RecordRef>();
  return (
    <Page title={t("why.title")}>
      <Text>{t("why.intro")}</Text>
      <Search
        choose={(next) => {
          setChosen(next);
          setQuery({
            ...(account !== null && { account }),
            ...{ kind: next.kind, id: next.recordId },
          });
        }}
      />
      {record && (
        <Chosen
          key={`${record.kind} ${record.recordId}`}
          record={record}
          byHand={chosen?.recordId === recordId}
        />
      )}
      {record && account !== null && (
        <OneAccount accountId={account} record={record} />
      )}
      {record && account === null && <AllAccounts record={record} />}
    </Page>
  );
}

function Search({ choose }: { readonly choose: (record: RecordRef) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), 250);
  const records = useRecords(search);
  const found = search === "" ? undefined : records.data;
  return (
    <Stack gap="xs">
      <TextInput
        type="search"
        label={t("why.search")}
        value={typed}
        maxLength={100}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        maw={400}
      />
      {records.error && <ProblemAlert error={records.error} />}
      {found && (
        <Text role="status" size="sm" c="dimmed">
          {found.length === 0
            ? t("common.nothingFound")
            : t("why.results", { count: found.length })}
        </Text>
      )}
      {found && found.length > 0 && (
        <Stack component="ul" gap={4} m={0} p={0}>
          {found.map((one) => (
            <li key={`${one.kind} ${one.recordId}`} className="row">
              <Button
                variant="subtle"
                size="compact-md"
                onClick={() => {
                  setTyped("");
                  choose(one);
                }}
              >
                {t(`account.record.${one.kind}`)} {one.name}
              </Button>
            </li>
          ))}
        </Stack>
      )}
    </Stack>
  );
}

function Chosen({
  record,
  byHand,
}: {
  readonly record: RecordRef;
  /** From the list just above, which is gone with that. */
  readonly byHand: boolean;
}) {
  const { t } = useTranslation();
  const heading = useAttention(byHand);
  const nameOf = useNames([record]);
  const name = `${t(`account.record.${record.kind}`)} ${nameOf(record) ?? record.recordId}`;
  return (
    <Text component="h2" fw={600} size="lg" ref={heading} tabIndex={-1}>
      {t("why.chosen", { name })}
    </Text>
  );
}

function AllAccounts({ record }: { readonly record: RecordRef }) {
  const { t } = useTranslation();
  const statuses = useStatuses(undefined);
  const nameOf = useUserNames();
  return (
    <EntryList
      pages={statuses}
      empty={t("admin.noAccounts")}
      keyOf={({ accountId }) => accountId}
    >
      {(status) => (
        <AccountAnswer
          status={status}
          name={nameOf(status.userId)}
          record={record}
        />
      )}
    </EntryList>
  );
}

function OneAccount({
  accountId,
  record,
}: {
  readonly accountId: string;
  readonly record: RecordRef;
}) {
  const { t } = useTranslation();
  const status = useStatus(accountId);
  const nameOf = useUserNames();
  if (status.error) return <ProblemAlert error={status.error} />;
  if (!status.data) return <Loading />;
  return (
    <Stack gap="sm">
      <AccountAnswer
        status={status.data}
        name={nameOf(status.data.userId)}
        record={record}
      />
      <Anchor
        component={Link}
        to={`/why?kind=${record.kind}&id=${record.recordId}`}
      >
        {t("why.allAccounts")}
      </Anchor>
    </Stack>
  );
}
