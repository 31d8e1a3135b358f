import { Fieldset, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import {
  SYSTEMS,
  type Stream,
  type System,
  type UserPage,
} from "../../api/types.js";
import { hostOf, stepFor, targetOf, type Step } from "./choice.js";
import { StepDialog } from "./step-dialog.js";
import { TargetRow } from "./target-row.js";
import { TargetState } from "./target-state.js";

/** "Termine" or "Kontakte": none or one system (R06–R08). */
export function StreamBlock({
  stream,
  page,
  onDone,
}: {
  readonly stream: Stream;
  readonly page: UserPage;
  readonly onDone: (text: string) => void;
}) {
  const { t } = useTranslation();
  const target = targetOf(page, stream);
  const [query] = useSearchParams();
  // Whoever comes for a setting finds it open.
  const [step, setStep] = useState<Step | undefined>(() =>
    target && !target.leaving && query.get("configure") === stream
      ? stepFor(page, stream, target.system)
      : undefined,
  );
  const named = t(`common.streams.${stream}`);
  const go = (chosen: System | "none") => (): void =>
    setStep(stepFor(page, stream, chosen));
  return (
    <Fieldset
      legend={
        <Text component="h2" fw={600} size="lg">
          {named}
        </Text>
      }
    >
      <Text size="sm">{t(`users.whereTo.${stream}`)}</Text>
      <Stack
        component="ul"
        gap={0}
        m={0}
        p={0}
        aria-label={t(`users.whereTo.${stream}`)}
      >
        <TargetRow
          name={t("users.none")}
          chosen={target === undefined}
          {...(target?.leaving
            ? {}
            : target
              ? {
                  action: {
                    text: t("users.stop"),
                    label: t("users.stopLong", { stream: named }),
                    onClick: go("none"),
                  },
                }
              : { hint: t(`users.noneHint.${stream}`) })}
        />
        {SYSTEMS.map((system) => (
          <TargetRow key={system} {...rowOf(system)} />
        ))}
      </Stack>
      {step && (
        <StepDialog
          step={step}
          stream={stream}
          page={page}
          next={setStep}
          onDone={onDone}
        />
      )}
    </Fieldset>
  );

  function rowOf(system: System) {
    const name = t(`common.systems.${system}`);
    const chosen = target?.system === system;
    const there = page.systems.some(
      (one) => one.system === system && one.available,
    );
    const names = { system: name, stream: named };
    return {
      name,
      chosen,
      ...(chosen && {
        hint: t("users.as", {
          username: target.username,
          host: hostOf(target),
        }),
        state: <TargetState account={target} />,
      }),
      ...(chosen &&
        target.leaving && {
          hint: t(`leaving.short.${target.leaving}`),
        }),
      ...(!there && { hint: t("users.notThereYet") }),
      // Until it is gone nothing else can be chosen.
      ...(target?.leaving
        ? {}
        : {
            action: {
              text: t(chosen ? "users.configure" : "users.choose"),
              label: t(
                chosen ? "users.configureLong" : "users.chooseLong",
                names,
              ),
              onClick: go(system),
            },
          }),
    };
  }
}
