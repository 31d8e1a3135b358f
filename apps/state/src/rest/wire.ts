import type { Language } from "@ams-sync/platform/rest";
import { fieldLabel } from "@ams-sync/sync-core";
import type { z } from "zod";
import type { ConflictRow } from "../account/conflict.repository.js";
import type { HeldRow } from "../account/held.repository.js";
import type { LeftRow } from "../account/left.repository.js";
import type { LostRow } from "../account/lost.repository.js";
import type { RunRow } from "../account/runs.repository.js";
import type { SetAsideRow, StatusRow } from "../account/status.repository.js";
import type * as schemas from "./schemas.js";
import {
  errorSaid,
  leftSaid,
  takenBackText,
  waitingSaid,
} from "./sentences.js";

type In<S extends z.ZodType> = z.input<S>;

const iso = (time: Date | string | null): string | null =>
  time === null ? null : new Date(time).toISOString();

const failureOf = (
  kind: string | null,
  told: string | null,
  language: Language,
) => {
  if (kind === null)
    return { errorKind: null, errorMessage: null, errorDetail: null };
  const { message, detail } = errorSaid(kind, told ?? "", language);
  return { errorKind: kind, errorMessage: message, errorDetail: detail };
};

export const statusOut = (
  row: StatusRow,
  language: Language,
): In<typeof schemas.status> => ({
  ...row,
  ...failureOf(row.errorKind, row.errorMessage, language),
  lastSuccessAt: iso(row.lastSuccessAt),
  dueAt: iso(row.dueAt),
  streams: row.streams.map((stream) => ({
    ...stream,
    heldAt: iso(stream.heldAt),
  })),
});

export const runOut = (
  row: RunRow,
  language: Language,
): In<typeof schemas.run> => ({
  ...row,
  ...failureOf(row.errorKind, row.errorMessage, language),
  startedAt: row.startedAt.toISOString(),
  endedAt: iso(row.endedAt),
  counts: row.counts ?? {},
});

const recordOf = <K>({
  kind,
  recordId,
}: {
  readonly kind: K | null;
  readonly recordId: string | null;
}) => (kind === null || recordId === null ? null : { kind, recordId });

export const setAsideOut = (
  row: SetAsideRow,
  language: Language,
): In<typeof schemas.setAside> => ({
  ...row,
  record: recordOf(row),
  ...waitingSaid(row.code, row.message, language),
  nextAttemptAt: iso(row.nextAttemptAt),
});

export const heldOut = (
  row: HeldRow,
  language: Language,
): In<typeof schemas.held> => ({
  ...row,
  record: recordOf(row),
  fields: row.fields.map((name) => ({
    name,
    label: fieldLabel(name, language),
  })),
});

export const leftOut = (
  row: LeftRow,
  language: Language,
): In<typeof schemas.left> => ({
  ...row,
  candidates: [...row.candidates],
  message: leftSaid(row.reason, language),
  leftAt: row.leftAt.toISOString(),
});

export const lostOut = ({
  kind,
  recordId,
  itemId,
  lost,
  lostAt,
}: LostRow): In<typeof schemas.lost> => ({
  record: { kind, recordId },
  itemId,
  state: lost,
  lostAt: lostAt.toISOString(),
});

export const conflictOut = (
  { kind, recordId, ams, remote, takenBack, ...row }: ConflictRow,
  language: Language,
  hidden: boolean,
): In<typeof schemas.conflict> => ({
  ...row,
  record: { kind, recordId },
  label: fieldLabel(row.field, language),
  kept: hidden ? null : row.winner === "ams" ? ams : remote,
  lost: hidden ? null : row.winner === "ams" ? remote : ams,
  hidden,
  at: row.at.toISOString(),
  takenBack: takenBack && {
    state: takenBack,
    message: takenBackText(takenBack, language),
  },
});
