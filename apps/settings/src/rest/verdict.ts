import { loadScopeRecord, loadUserView } from "@ams-sync/ams";
import { syncOptionsOf, type Account } from "@ams-sync/contracts";
import {
  whyNot,
  whyNotSetting,
  whyNotText,
  type Instant,
  type Language,
  type RecordKind,
  type UserView,
} from "@ams-sync/sync-core";
import { z } from "zod";
import type { People } from "./people.js";
import { recordRef } from "./schemas.js";

export const verdict = z
  .object({
    record: recordRef,
    settingsVersion: z.int(),
    inScope: z.boolean(),
    code: z.string().nullable(),
    message: z.string().nullable(),
    firstOnly: z.boolean(),
    setting: z
      .object({ pointer: z.string().nullable(), label: z.string() })
      .nullable(),
  })
  .meta({ id: "Verdict" });

interface Ref {
  readonly kind: RecordKind;
  readonly recordId: string;
}

/** Judged as a run would that begins now: by the same options, the same view of the user and the same rules. @throws Problem `ams-away` */
export const verdictOn = async (
  people: People,
  account: Account,
  { kind, recordId }: Ref,
  language: Language,
  now = new Date(),
): Promise<z.input<typeof verdict>> => {
  const tenantId = account.account?.tenantId ?? "";
  const [user, record] =
    (await people.in(
      tenantId,
      async (manager) =>
        [
          await loadUserView(manager, account.userId),
          await loadScopeRecord(manager, { kind, id: recordId }),
        ] as const,
    )) ?? [];
  const found = whyNot(
    record,
    judging(user),
    syncOptionsOf(account),
    now.getTime() as Instant,
  );
  const told = {
    record: { kind, recordId },
    settingsVersion: Number(account.version),
  };
  if (found.sent)
    return {
      ...{ ...told, inScope: true, code: null, message: null },
      ...{ firstOnly: false, setting: null },
    };
  const { code, gate } = found;
  const { pointer = null, label } = whyNotSetting(code, kind);
  return {
    ...{ ...told, inScope: false, code, message: whyNotText(code, language) },
    ...{ firstOnly: gate, setting: { pointer, label: label[language] } },
  };
};

/** As for a run: one who is not active judges nothing. */
const judging = (
  user: Awaited<ReturnType<typeof loadUserView>>,
): UserView | "no-user" | "unknown-zone" => {
  if (!user?.active) return "no-user";
  const { timeZone } = user;
  return timeZone === undefined ? "unknown-zone" : { ...user, timeZone };
};
