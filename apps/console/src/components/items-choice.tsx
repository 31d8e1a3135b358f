import { Radio, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Items } from "../api/accounts.js";

const CHOICES = ["remove", "leave"] as const satisfies readonly Items[];

/** Nothing is chosen beforehand: neither can be taken back. */
export function ItemsChoice({
  chosen,
  onChoose,
  missed,
  former = false,
  begins = false,
}: {
  readonly chosen: Items | undefined;
  readonly onChoose: (items: Items) => void;
  /** Somebody went on without choosing. */
  readonly missed: boolean;
  /** It is about a place that the account leaves, and not about the one it has. */
  readonly former?: boolean;
  /** The first thing to do in a dialog: has the focus when that opens. */
  readonly begins?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <Radio.Group
      label={t(former ? "leaving.formerQuestion" : "leaving.question")}
      value={chosen ?? null}
      onChange={(next) => {
        const items = CHOICES.find((choice) => choice === next);
        if (items) onChoose(items);
      }}
      error={missed && chosen === undefined && t("leaving.chooseFirst")}
    >
      <Stack gap="sm" my="xs">
        {CHOICES.map((choice, place) => (
          <Radio
            key={choice}
            value={choice}
            data-autofocus={(begins && place === 0) || undefined}
            label={t(`leaving.${choice}`)}
            description={t(`leaving.${choice}Hint`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
