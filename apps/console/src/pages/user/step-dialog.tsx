import { useTranslation } from "react-i18next";
import { useSaveAccount, type Items } from "../../api/accounts.js";
import {
  STREAMS,
  type Account,
  type Stream,
  type UserPage,
} from "../../api/types.js";
import { AskItems } from "../../components/ask-items.js";
import { Disconnect } from "../../components/disconnect.js";
import { DIALOGS } from "../../dialogs/index.js";
import { NotThereYet } from "../../dialogs/not-there-yet.js";
import { openFor, without, type Step } from "./choice.js";
import { WhichAccount } from "./which-account.js";

/** What a choice leads to: a question, or a system's dialog. */
export function StepDialog({
  step,
  stream,
  page,
  next,
  onDone,
}: {
  readonly step: Step;
  readonly stream: Stream;
  readonly page: UserPage;
  readonly next: (step: Step | undefined) => void;
  readonly onDone: (text: string) => void;
}) {
  const { t } = useTranslation();
  const save = useSaveAccount();
  const { userId } = page.user;
  const isThere = (system: Account["system"]): boolean =>
    page.systems.some((one) => one.system === system && one.available);
  const close = (): void => next(undefined);
  const stop = async (from: Account, previous: Items): Promise<void> => {
    await save.mutateAsync({
      userId,
      accountId: from.accountId,
      version: from.version,
      changed: { ...without(from, stream), previous },
    });
  };
  const named = (account: Account) => ({
    system: t(`common.systems.${account.system}`),
    username: account.username,
  });

  /** With its last kind the account itself goes. */
  const isLast = (account: Account): boolean =>
    STREAMS.every((one) => one === stream || account[one] === null);

  if (step.kind === "stop" && isLast(step.from))
    return (
      <Disconnect
        account={step.from}
        onClose={close}
        onDone={(items) => {
          onDone(t(`leaving.state.${items}`));
          close();
        }}
      />
    );
  if (step.kind === "stop")
    return (
      <AskItems
        title={t(`users.stopTitle.${stream}`)}
        text={t("users.stopText", named(step.from))}
        yes={t("users.stop")}
        onClose={close}
        onYes={async (items) => {
          await stop(step.from, items);
          onDone(t("users.stopped"));
          close();
        }}
      />
    );
  if (step.kind === "switch") {
    if (!isThere(step.to))
      return <NotThereYet system={step.to} onClose={close} />;
    const { system: from, username } = named(step.from);
    const to = t(`common.systems.${step.to}`);
    if (isLast(step.from))
      return (
        <Disconnect
          account={step.from}
          onClose={close}
          onDone={(items) => {
            if (items === "leave") next(openFor(page, step.to));
            else {
              onDone(t("leaving.afterRemoval", { to }));
              close();
            }
          }}
        />
      );
    return (
      <AskItems
        title={t(`users.switchTitle.${stream}`)}
        text={t("users.switchText", { from, username, to })}
        yes={t("users.switch")}
        onClose={close}
        onYes={async (items) => {
          await stop(step.from, items);
          next(openFor(page, step.to));
        }}
      />
    );
  }
  if (!isThere(step.system))
    return <NotThereYet system={step.system} onClose={close} />;
  if (step.kind === "which")
    return <WhichAccount step={step} next={next} onClose={close} />;
  const Dialog = DIALOGS[step.system];
  return (
    <Dialog
      userId={userId}
      account={step.account}
      wanted={stream}
      onClose={close}
      onSaved={() => {
        onDone(t("users.saved"));
        close();
      }}
    />
  );
}
