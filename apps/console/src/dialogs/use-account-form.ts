import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm, type UseFormReturn } from "react-hook-form";
import { readAccount, useSaveAccount, type Items } from "../api/accounts.js";
import { ApiProblem } from "../api/problem.js";
import type { Account, Stream, System } from "../api/types.js";
import { showAtFields } from "./field-errors.js";
import { bodyOf, formOf, formRules, type AccountForm } from "./form.js";
import { changedLeaves, merged } from "./merge.js";

export interface AccountToSave {
  readonly userId: string;
  readonly system: System;
  /** Undefined: a new one. */
  readonly account: Account | undefined;
  /** What the dialog was opened for. */
  readonly wanted: Stream;
  readonly onSaved: () => void;
}

export interface AccountFormState {
  readonly form: UseFormReturn<AccountForm>;
  /** As it was read; what the change is based on. */
  readonly stored: Account | undefined;
  readonly save: () => void;
  readonly saving: boolean;
  /** Why nothing was saved, and what of it has no field. */
  readonly refused:
    | { readonly problem: ApiProblem; readonly without: readonly string[] }
    | undefined;
  /** Somebody was faster: the account as it is stored now. */
  readonly moved: Account | undefined;
  /** It would go to another place: says what becomes of what is at the former one, and saves. */
  readonly choosePrevious: ((items: Items) => void) | undefined;
  readonly keepMine: () => void;
  readonly takeTheirs: () => void;
}

/** A dialog's fields and their way to settings, with every answer that it may give. */
export function useAccountForm(what: AccountToSave): AccountFormState {
  const { userId, system, wanted, onSaved } = what;
  const [stored, setStored] = useState(what.account);
  const [moved, setMoved] = useState<Account>();
  const [refused, setRefused] = useState<AccountFormState["refused"]>();
  const [choosePrevious, setChoosePrevious] =
    useState<AccountFormState["choosePrevious"]>();
  const form = useForm<AccountForm>({
    defaultValues: formOf(stored, wanted, system),
    resolver: zodResolver(formRules(stored, system)),
  });
  const saving = useSaveAccount();

  const store = async (
    values: AccountForm,
    before: Account | undefined,
    previous?: Items,
  ): Promise<void> => {
    setChoosePrevious(undefined);
    setRefused(undefined);
    setMoved(undefined);
    const body = bodyOf(values, before, system);
    try {
      await saving.mutateAsync(
        before === undefined
          ? { userId, made: { ...body, system, password: values.password } }
          : {
              userId,
              accountId: before.accountId,
              version: before.version,
              changed: isPasswordAlone(values, before)
                ? { password: values.password }
                : { ...body, ...(previous && { previous }) },
            },
      );
      onSaved();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (error.kind === "version-moved" && before !== undefined)
        setMoved((await readAccount(before.accountId)).body);
      else if (asksForPrevious(error))
        setChoosePrevious(
          () => (items: Items) => void store(values, before, items),
        );
      else
        setRefused({
          problem: error,
          without: showAtFields(error, form.setError),
        });
    }
  };

  return {
    form,
    stored,
    refused,
    moved,
    choosePrevious,
    saving: saving.isPending,
    save: () => void form.handleSubmit((values) => store(values, stored))(),
    keepMine: () => {
      if (moved === undefined) return;
      const both = merged(formOf(stored), formOf(moved), form.getValues());
      form.reset(both);
      setStored(moved);
      void store(both, moved);
    },
    takeTheirs: () => {
      if (moved === undefined) return;
      form.reset(formOf(moved));
      setStored(moved);
      setMoved(undefined);
    },
  };
}

const isPasswordAlone = (values: AccountForm, before: Account): boolean =>
  values.password !== "" && changedLeaves(formOf(before), values).length === 0;

const asksForPrevious = ({ told }: ApiProblem): boolean =>
  told.errors?.some(({ pointer }) => pointer === "/previous") === true;
