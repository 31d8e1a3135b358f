import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useApply, usePreview, type Shown } from "../../../api/preview.js";
import type { Preview } from "../../../api/state-types.js";
import type { Stream } from "../../../api/types.js";
import { Confirm } from "../../../components/confirm.js";
import { Loading } from "../../../components/loading.js";
import { ProblemAlert } from "../../../components/problem-alert.js";
import { useFigures } from "./figures.js";
import { PreviewEntries } from "./preview-entries.js";

/** What would be done with one kind, and the button that has it done. */
export function PreviewList({
  accountId,
  stream,
}: {
  readonly accountId: string;
  readonly stream: Stream;
}) {
  const { t } = useTranslation();
  const preview = usePreview(accountId, stream);
  const [applied, setApplied] = useState(false);
  if (preview.error)
    return (
      <ProblemAlert
        error={preview.error}
        again={() => void preview.refetch()}
      />
    );
  if (!preview.data) return <Loading />;
  const { state } = preview.data;
  return (
    <Stack gap="sm">
      <div role="status">
        {state === null && applied && (
          <Alert color="green">{t("preview.applied")}</Alert>
        )}
        {state === "planning" && <Text>{t("preview.planning")}</Text>}
      </div>
      {state === null && !applied && (
        <Text c="dimmed">{t("preview.none")}</Text>
      )}
      {state !== null && (
        <Open
          accountId={accountId}
          preview={preview.data}
          onApplied={() => setApplied(true)}
        />
      )}
    </Stack>
  );
}

function Open({
  accountId,
  preview,
  onApplied,
}: {
  readonly accountId: string;
  readonly preview: Preview;
  readonly onApplied: () => void;
}) {
  const { t } = useTranslation();
  const figures = useFigures()(preview);
  const [chosen, setChosen] = useState<Shown>();
  const [asked, setAsked] = useState(false);
  const apply = useApply(accountId);
  const shown = figures.find((one) => one.shown === chosen) ?? figures[0];
  const text = figures.map((one) => one.text).join(", ");
  return (
    <Stack gap="sm">
      {figures.length === 0 && <Text fw={600}>{t("preview.nothing")}</Text>}
      {figures.length > 0 && (
        <Group gap="xs" role="group" aria-label={t("preview.which")}>
          {figures.map((one) => (
            <Button
              key={one.shown}
              size="xs"
              variant={one.shown === shown?.shown ? "filled" : "default"}
              aria-pressed={one.shown === shown?.shown}
              onClick={() => setChosen(one.shown)}
            >
              {one.text}
            </Button>
          ))}
        </Group>
      )}
      {shown && (
        <PreviewEntries
          accountId={accountId}
          preview={preview}
          shown={shown.shown}
        />
      )}
      {preview.state === "shown" && (
        <Group>
          <Button onClick={() => setAsked(true)}>{t("preview.apply")}</Button>
        </Group>
      )}
      {asked && (
        <Confirm
          title={t("preview.applyTitle")}
          text={t("preview.applyText", {
            stream: t(`common.streams.${preview.stream}`),
            counts: text === "" ? t("preview.nothing") : text,
          })}
          yes={t("preview.apply")}
          onClose={() => setAsked(false)}
          onYes={async () => {
            await apply.mutateAsync(preview);
            setAsked(false);
            onApplied();
          }}
        />
      )}
    </Stack>
  );
}
