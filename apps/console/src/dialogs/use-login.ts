import { useMutation } from "@tanstack/react-query";
import { useWatch, type UseFormReturn } from "react-hook-form";
import { checkLogin, type TriedLogin } from "../api/logins.js";
import { ApiProblem } from "../api/problem.js";
import type { Account, Login, Offered, System } from "../api/types.js";
import { showAtFields } from "./field-errors.js";
import { logsInElsewhere, type AccountForm } from "./form.js";

export interface LoginState {
  /** What folders can be read with; undefined: nothing that was accepted yet. */
  readonly login: TriedLogin | undefined;
  /** Tells logins apart without their password. */
  readonly loginKey: string;
  readonly offered: Offered | undefined;
  readonly refused: Error | null;
  readonly testing: boolean;
  readonly test: () => void;
}

/** Trying what stands in the fields, or what is stored where nobody has typed anything else. */
export function useLogin(
  form: UseFormReturn<AccountForm>,
  stored: Account | undefined,
  system: System,
): LoginState {
  const [serverUrl, username, password] = useWatch({
    control: form.control,
    name: ["serverUrl", "username", "password"],
  });
  const typed: Login = {
    system,
    serverUrl: serverUrl.trim(),
    username: username.trim(),
    password,
  };
  const asStored =
    stored !== undefined &&
    password === "" &&
    !logsInElsewhere({ serverUrl, username }, stored);
  const now: TriedLogin = asStored
    ? { accountId: stored.accountId }
    : { typed };
  const trial = useMutation({
    mutationFn: (login: TriedLogin) => checkLogin(login),
    onError: (error) => {
      if (error instanceof ApiProblem) showAtFields(error, form.setError);
    },
  });
  const same =
    trial.variables !== undefined &&
    JSON.stringify(trial.variables) === JSON.stringify(now);
  const accepted = same && trial.isSuccess;
  return {
    login: accepted || asStored ? now : undefined,
    loginKey: asStored
      ? `${stored.accountId} ${stored.version}`
      : `${trial.submittedAt}`,
    offered: accepted ? trial.data : undefined,
    refused: same ? trial.error : null,
    testing: trial.isPending,
    test: () =>
      void (async () => {
        const fine = await form.trigger(["serverUrl", "username", "password"], {
          shouldFocus: true,
        });
        if (fine) trial.mutate(now);
      })(),
  };
}
