import { Alert, Button, Checkbox, Group, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNames } from "../../api/names.js";
import { useApprove, useHeld } from "../../api/questions.js";
import type { Held } from "../../api/state-types.js";
import type { Stream } from "../../api/types.js";
import { Confirm } from "../../components/confirm.js";
import { EntryList } from "../../components/entry-list.js";
import { RecordName } from "./record-name.js";

/** What the guard holds back: an approval names exactly what was shown. */
export function HeldList({
  accountId,
  stream,
}: {
  readonly accountId: string;
  readonly stream: Stream;
}) {
  const { t } = useTranslation();
  const held = useHeld(accountId, stream);
  const nameOf = useNames((held.entries ?? []).map(({ record }) => record));
  const approve = useApprove(accountId, stream);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState(false);
  const [said, setSaid] = useState<string>();
  const open = (held.entries ?? []).filter(({ approved }) => !approved);
  const wanted = open.filter(({ entryId }) => chosen.has(entryId));
  const removalOf = ({ removal, fields }: Held): string =>
    t(`account.removal.${removal}`, {
      fields: fields.map(({ label }) => label).join(", "),
    });
  const choose = (ids: readonly string[], on: boolean): void =>
    setChosen((before) => {
      const next = new Set(before);
      for (const id of ids)
        if (on) next.add(id);
        else next.delete(id);
      return next;
    });
  return (
    <Stack gap="sm">
      <div role="status">{said && <Alert color="green">{said}</Alert>}</div>
      {open.length > 0 && (
        <Group>
          <Checkbox
            checked={wanted.length === open.length}
            indeterminate={wanted.length > 0 && wanted.length < open.length}
            onChange={({ currentTarget }) =>
              choose(
                open.map(({ entryId }) => entryId),
                currentTarget.checked,
              )
            }
            label={t("account.chooseAll")}
          />
          <Button disabled={wanted.length === 0} onClick={() => setAsked(true)}>
            {t("account.approve", { count: wanted.length })}
          </Button>
        </Group>
      )}
      <EntryList
        pages={held}
        empty={t("account.nothing.held")}
        keyOf={({ entryId }) => entryId}
      >
        {(entry) => (
          <Checkbox
            checked={entry.approved || chosen.has(entry.entryId)}
            disabled={entry.approved}
            onChange={({ currentTarget }) =>
              choose([entry.entryId], currentTarget.checked)
            }
            label={
              <>
                <RecordName
                  record={entry.record}
                  itemId={entry.itemId}
                  nameOf={nameOf}
                />
                {entry.approved ? t("account.approved") : removalOf(entry)}
              </>
            }
          />
        )}
      </EntryList>
      {asked && (
        <Confirm
          title={t("account.approveTitle")}
          text={t("account.approveText", { count: wanted.length })}
          yes={t("account.approveYes")}
          onClose={() => setAsked(false)}
          onYes={async () => {
            const { approved } = await approve.mutateAsync(wanted);
            setSaid(t("account.approvedSome", { count: approved }));
            setChosen(new Set());
            setAsked(false);
          }}
        />
      )}
    </Stack>
  );
}
