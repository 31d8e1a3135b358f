import { Loader, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Controller, useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { readContainers } from "../../api/logins.js";
import { ApiProblem } from "../../api/problem.js";
import type { Container, Stream } from "../../api/types.js";
import type { AccountForm } from "../form.js";
import type { LoginState } from "../use-login.js";
import { useErrorText } from "./error-text.js";

/** No address: those are paths. */
const OWN = "own";

/** Address books or calendars of the login, read from the server when somebody wants to choose. */
export function ContainerField({
  stream,
  state: { login, loginKey },
  apart,
}: {
  readonly stream: Stream;
  readonly state: LoginState;
  /** A folder for one kind of contact; without one they are all in the same. */
  readonly apart?: "companiesContainer" | "agentsContainer";
}) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { control } = useFormContext<AccountForm>();
  const [wanted, setWanted] = useState(false);
  const [open, setOpen] = useState(false);
  // What is wrong stands below the field, where the choices would hide it.
  const shut = (error: unknown): never => {
    setOpen(false);
    throw error;
  };
  const places = useQuery({
    queryKey: ["containers", loginKey, stream],
    queryFn: () => (login ? readContainers(login, stream).catch(shut) : []),
    enabled: wanted && login !== undefined,
    staleTime: 60_000,
    retry: false,
  });
  const optionOf = ({ address, name, writable }: Container) => ({
    value: address,
    label: writable ? name : t("dialog.readOnly", { name }),
    disabled: !writable,
  });
  return (
    <Controller
      control={control}
      name={apart ? `contacts.${apart}` : `${stream}.container`}
      render={({ field: { value, onChange, ...field }, fieldState }) => {
        const read = (places.data ?? [])
          .filter(({ own }) => !own)
          .map(optionOf);
        const missing =
          value !== null && !read.some((option) => option.value === value);
        return (
          <Select
            {...field}
            label={t(apart ? `dialog.${apart}` : `dialog.container.${stream}`)}
            description={login === undefined && t("dialog.containerFirst")}
            // A line of text would push the field away from where somebody looks.
            rightSection={
              places.isFetching && (
                <Loader
                  size={16}
                  role="status"
                  aria-label={t("dialog.containerLoading")}
                />
              )
            }
            data={[
              {
                value: OWN,
                label: t(
                  apart ? "dialog.sameFolder" : `dialog.ownContainer.${stream}`,
                ),
              },
              ...(missing
                ? [
                    {
                      value,
                      label: t("dialog.containerStored", { name: value }),
                    },
                  ]
                : []),
              ...read,
            ]}
            value={value ?? OWN}
            onChange={(next) =>
              onChange(next === OWN || next === null ? null : next)
            }
            dropdownOpened={open}
            onDropdownOpen={() => {
              setOpen(true);
              setWanted(true);
              if (places.isError) void places.refetch();
            }}
            onDropdownClose={() => setOpen(false)}
            allowDeselect={false}
            error={
              errorText(fieldState.error) ??
              (places.error instanceof ApiProblem
                ? places.error.told.detail || t("common.awayHint")
                : undefined)
            }
          />
        );
      }}
    />
  );
}
