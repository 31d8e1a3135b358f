import { Anchor, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useRecordState, useVerdict } from "../../api/records.js";
import type { RecordRef, Status } from "../../api/state-types.js";
import { Loading } from "../../components/loading.js";
import { ProblemAlert } from "../../components/problem-alert.js";
import { Time } from "../../components/time.js";
import { useFormat } from "../../i18n/use-format.js";
import { answerOf, comesByItself, type Answer } from "./answer.js";

/** Of one record in one account. */
export function AccountAnswer({
  status: { accountId, userId, system },
  name,
  record,
}: {
  readonly status: Pick<Status, "accountId" | "userId" | "system">;
  readonly name: string;
  readonly record: RecordRef;
}) {
  const { t } = useTranslation();
  const { time } = useFormat();
  const verdict = useVerdict(accountId, record);
  const known = useRecordState(accountId, record);
  const error = verdict.error ?? known.error;
  const state = known.data;
  const answer =
    verdict.data && state ? answerOf(verdict.data, state) : undefined;
  return (
    <Stack gap={4}>
      <Anchor component={Link} to={`/accounts/${accountId}`}>
        {t("account.title", { system: t(`common.systems.${system}`), name })}
      </Anchor>
      {error && <ProblemAlert error={error} />}
      {!answer && !error && <Loading />}
      {answer && state && (
        <>
          <Text fw={600} size="sm">
            {headOf(answer)}
          </Text>
          {answer.kind === "yes" && state.link && (
            <Text size="sm">
              {state.link.since && (
                <>
                  {t("why.since")} {time(state.link.since)},{" "}
                </>
              )}
              {t("why.agreed")} <Time at={state.link.agreedAt} />
            </Text>
          )}
          {answer.kind === "yes" && newest(state) && (
            <Text size="sm">
              {t("why.newest")} {newest(state)}
            </Text>
          )}
          <Reason answer={answer} accountId={accountId} userId={userId} />
        </>
      )}
    </Stack>
  );

  function headOf(one: Answer): string {
    if (one.kind === "yes") return t("why.yes");
    return t(comesByItself(one) ? "why.soon" : "why.no");
  }

  /** What is agreed may be older than what ams holds by now. */
  function newest({
    setAside,
    held,
    waiting,
  }: NonNullable<typeof state>): string | undefined {
    if (setAside) return setAside.message;
    if (held) return t("why.held");
    return waiting ? t("why.waiting") : undefined;
  }
}

function Reason({
  answer,
  accountId,
  userId,
}: {
  readonly answer: Answer;
  readonly accountId: string;
  readonly userId: string;
}) {
  const { t } = useTranslation();
  const tab = (name: string): string => `/accounts/${accountId}?tab=${name}`;
  switch (answer.kind) {
    case "yes":
      return null;
    case "told":
      return <Text size="sm">{answer.message}</Text>;
    case "waiting":
    case "next":
      return <Text size="sm">{t(`why.${answer.kind}`)}</Text>;
    case "held":
      return (
        <Told text={t("why.held")} to={tab("held")} link={t("why.toHeld")} />
      );
    case "question":
      return (
        <Told
          text={t("why.question")}
          to={tab("left")}
          link={t("why.toLeft")}
        />
      );
    case "lost":
      return (
        <Told
          text={t(`why.lost.${answer.state}`)}
          to={tab("lost")}
          link={t("why.toLost")}
        />
      );
    case "out": {
      const { message, setting } = answer.verdict;
      const { pointer = null, label = "" } = setting ?? {};
      if (pointer === null)
        return (
          <Text size="sm">
            {message} {setting && t("why.inAms", { label })}
          </Text>
        );
      const stream = pointer.startsWith("/appointments")
        ? "appointments"
        : "contacts";
      return (
        <Told
          text={message ?? ""}
          to={`/users/${userId}?configure=${stream}`}
          link={t("why.setting", { label })}
        />
      );
    }
  }
}

const Told = ({
  text,
  to,
  link,
}: {
  readonly text: string;
  readonly to: string;
  readonly link: string;
}) => (
  <Text size="sm">
    {text}{" "}
    <Anchor component={Link} to={to} size="sm">
      {link}
    </Anchor>
  </Text>
);
