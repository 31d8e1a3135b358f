import type { Language } from "@ams-sync/platform/rest";
import type { z } from "zod";
import type { RecordKnown } from "../account/record.repository.js";
import type { RecordRef } from "../run/result.js";
import type { recordState } from "./schemas.js";
import { heldOut, leftOut, setAsideOut } from "./wire.js";

type Out = Omit<z.input<typeof recordState>, "account">;

/** One record as people are told of it. Of what both sides announced the one that got further speaks. */
export const recordOut = (
  record: RecordRef,
  { stream, on, link, entries, questions }: RecordKnown,
  language: Language,
): Out => {
  const of = (state: string) => entries.find((entry) => entry.state === state);
  const pending = of("pending");
  const aside = of("set-aside");
  const intended = of("intended");
  const itemOf = (itemId: string | null) => itemId ?? link?.itemId ?? null;
  return {
    ...{ record, stream, on },
    link: link
      ? {
          ...{ itemId: link.itemId, origin: link.origin },
          since: link.linkedAt?.toISOString() ?? null,
          agreedAt: link.agreedAt.toISOString(),
        }
      : null,
    lost:
      link?.lost && link.lostAt
        ? { state: link.lost, lostAt: link.lostAt.toISOString() }
        : null,
    waiting: pending
      ? {
          since: pending.committedAt.toISOString(),
          nextAttemptAt: pending.dueAt?.toISOString() ?? null,
        }
      : null,
    setAside: aside
      ? setAsideOut(
          {
            ...{ ...aside, ...record, stream },
            itemId: itemOf(aside.itemId),
            code: aside.code ?? "",
            message: aside.message ?? "",
            nextAttemptAt: aside.dueAt,
          },
          language,
        )
      : null,
    held:
      intended?.intent != null
        ? heldOut(
            {
              ...{ ...intended, ...record, removal: intended.intent },
              itemId: itemOf(intended.itemId),
            },
            language,
          )
        : null,
    questions: questions.map((row) => leftOut(row, language)),
  };
};
