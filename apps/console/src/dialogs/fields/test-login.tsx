import { Alert } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../../api/problem.js";
import type { Offered } from "../../api/types.js";
import { BusyButton } from "../../components/busy-button.js";
import type { LoginState } from "../use-login.js";

/** R39: tries what stands in the fields, and says how it went. */
export function TestLogin({ state }: { readonly state: LoginState }) {
  const { t } = useTranslation();
  return (
    <>
      <BusyButton
        variant="default"
        onClick={state.test}
        busy={state.testing}
        style={{ alignSelf: "flex-start" }}
      >
        {t("dialog.test")}
      </BusyButton>
      <div aria-live="polite">
        <Outcome state={state} />
      </div>
    </>
  );
}

/** Those that have a title of their own; others come with the service's sentence alone. */
const FAILURES = [
  "wrong-login",
  "unreachable",
  "not-dav",
  "certificate",
  "address-refused",
  "server-busy",
  "wrong-app",
  "wrong-directory",
  "no-consent",
  "no-mailbox",
] as const;

function Outcome({
  state: { offered, refused },
}: {
  readonly state: LoginState;
}) {
  const { t } = useTranslation();
  if (offered)
    return (
      <Alert color="green" title={t("dialog.tested")}>
        {t(`dialog.offers.${offerOf(offered)}`)}
      </Alert>
    );
  if (!(refused instanceof ApiProblem)) return null;
  const { told } = refused;
  const failure = FAILURES.find((one) => one === told.failure);
  return (
    <Alert
      color="red"
      title={
        failure
          ? t(`dialog.failures.${failure}`)
          : told.title || t("dialog.notTested")
      }
    >
      {told.detail || t("common.awayHint")}
    </Alert>
  );
}

const offerOf = ({ contacts, appointments }: Offered) => {
  if (contacts && appointments) return "both";
  if (contacts) return "contacts";
  return appointments ? "appointments" : "none";
};
