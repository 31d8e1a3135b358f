import { fieldRule } from "@ams-sync/platform/rest";
import {
  RECORD_KINDS,
  STREAM_KINDS,
  streamOf,
  SYSTEMS,
} from "@ams-sync/sync-core";
import { z } from "zod";

/** What goes in and out, as people's programs see it. */
export const stream = z.enum(STREAM_KINDS);
export const health = z.enum(["ok", "degraded", "needs-login", "paused"]);
export const previewState = z.enum(["planning", "shown"]);
const time = z.iso.datetime();
const count = z.int().min(0);
const number = z.string().regex(/^[1-9]\d{0,17}$/);
const integer = z.string().regex(/^(0|[1-9]\d{0,17})$/);

export const recordRef = z
  .strictObject({ kind: z.enum(RECORD_KINDS), recordId: number })
  .meta({ id: "RecordRef" });

const failure = {
  errorKind: z.string().nullable(),
  errorMessage: z.string().nullable(),
  errorDetail: z.string().nullable(),
};

export const status = z
  .object({
    accountId: z.guid(),
    userId: number,
    system: z.enum(SYSTEMS),
    health,
    ...failure,
    lastSuccessAt: time.nullable(),
    dueAt: time.nullable(),
    running: z.boolean(),
    leaving: z.enum(["remove", "leave"]).nullable(),
    streams: z.array(
      z.object({
        kind: stream,
        container: z.string().nullable(),
        pending: count,
        setAside: count,
        links: count,
        takenIn: z.boolean(),
        held: count,
        heldAt: time.nullable(),
        unlinked: count,
        preview: previewState.nullable(),
      }),
    ),
  })
  .meta({ id: "Status" });

export const progress = z
  .object({ stream, pending: count, done: count, setAside: count })
  .meta({ id: "Progress" });

export const run = z
  .object({
    runId: z.guid(),
    startedAt: time,
    endedAt: time.nullable(),
    running: z.boolean(),
    counts: z.record(z.string(), count),
    ...failure,
  })
  .meta({ id: "Run" });

export const setAside = z
  .object({
    entryId: integer,
    stream,
    record: recordRef.nullable(),
    itemId: z.string().nullable(),
    code: z.string(),
    message: z.string(),
    detail: z.string().nullable(),
    attempts: count,
    nextAttemptAt: time.nullable(),
  })
  .meta({ id: "SetAside" });

/** PostgreSQL holds no NUL. */
const text = z
  .string()
  .min(1)
  .max(2_048)
  .regex(/^[^\0]*$/);
const removal = z.enum(["delete", "clear"]);

export const held = z
  .object({
    entryId: integer,
    position: integer,
    record: recordRef.nullable(),
    itemId: z.string().nullable(),
    removal,
    fields: z.array(z.object({ name: z.string(), label: z.string() })),
    approved: z.boolean(),
  })
  .meta({ id: "Held" });

export const approval = z.strictObject({
  stream,
  entries: z
    .array(
      z.strictObject({
        entryId: integer,
        position: integer,
        removal,
        fields: z.array(text.max(64)).max(100).default([]),
      }),
    )
    .min(1)
    .max(1_000),
});

export const left = z
  .object({
    itemId: z.string(),
    reason: z.string(),
    message: z.string(),
    candidates: z.array(recordRef),
    leftAt: time,
    settled: z.boolean(),
  })
  .meta({ id: "Left" });

export const leftDecision = z
  .strictObject({
    stream,
    itemId: text,
    decision: z.union([
      z.enum(["import", "leave"]),
      z.strictObject({ linkTo: recordRef }),
    ]),
  })
  .refine(
    ({ stream: named, decision }) =>
      typeof decision === "string" || streamOf(decision.linkTo.kind) === named,
    {
      path: ["decision", "linkTo", "kind"],
      ...fieldRule("not-allowed", {
        de: "Kontakte gehören zu Adressen, Termine zu Terminen.",
        en: "Contacts belong to addresses, appointments to appointments.",
      }),
    },
  );

export const lost = z
  .object({
    record: recordRef,
    itemId: z.string(),
    state: z.enum(["noticed", "left"]),
    lostAt: time,
  })
  .meta({ id: "Lost" });

export const lostDecision = z.strictObject({
  record: recordRef,
  restore: z.boolean(),
});

export const conflict = z
  .object({
    conflictId: integer,
    stream,
    record: recordRef,
    itemId: z.string(),
    field: z.string(),
    label: z.string(),
    winner: z.enum(["ams", "remote"]),
    kept: z.string().nullable(),
    lost: z.string().nullable(),
    hidden: z.boolean(),
    at: time,
    runId: z.guid(),
    takenBack: z
      .object({
        state: z.enum(["waiting", "done", "overtaken"]),
        message: z.string(),
      })
      .nullable(),
  })
  .meta({ id: "Conflict" });

/** What is known of one record of an account. */
export const recordState = z
  .object({
    record: recordRef,
    stream,
    on: z.boolean(),
    link: z
      .object({
        itemId: z.string(),
        origin: z.enum(["created", "imported", "adopted"]),
        since: time.nullable(),
        agreedAt: time,
      })
      .nullable(),
    lost: lost.pick({ state: true, lostAt: true }).nullable(),
    waiting: z
      .object({ since: time, nextAttemptAt: time.nullable() })
      .nullable(),
    setAside: setAside.nullable(),
    held: held.nullable(),
    questions: z.array(left),
    account: status.pick({
      health: true,
      errorKind: true,
      errorMessage: true,
      errorDetail: true,
      dueAt: true,
      running: true,
      leaving: true,
    }),
  })
  .meta({ id: "RecordState" });

export const tenant = z
  .object({
    tenantId: z.guid(),
    accounts: count,
    byHealth: z.object({
      ok: count,
      degraded: count,
      "needs-login": count,
      paused: count,
    }),
    pending: count,
    setAside: count,
    oldestSuccessAt: time.nullable(),
  })
  .meta({ id: "Tenant" });

const limit = z.coerce.number().int().min(1).max(200).default(50);
const guid = z.guid().transform((id) => id.toLowerCase());

export const ofAccount = z.object({ accountId: guid });
export const ofRecord = ofAccount.extend({
  kind: z.enum(RECORD_KINDS),
  recordId: number,
});
export const ofConflict = ofAccount.extend({ conflictId: number });
export const accountPage = z.object({
  limit,
  userId: number.optional(),
  health: health.optional(),
  after: guid.optional(),
});
export const runPage = z.object({
  limit,
  idle: z
    .enum(["true", "false"])
    .default("true")
    .transform((text) => text === "true"),
  after: z
    .string()
    .regex(/^\d{1,17}_[0-9a-f-]{36}$/)
    .optional(),
});
export const entryPage = z.object({ limit, after: integer.optional() });
export const streamPage = z.object({
  stream,
  limit,
  after: text.optional(),
});
export const heldPage = entryPage.extend({ stream });
export const lostPage = z.object({
  stream,
  limit,
  after: z
    .string()
    .regex(/^(customer|company|agent|appointment)_[1-9]\d{0,17}$/)
    .optional(),
});
export const tenantPage = z.object({ limit, after: guid.optional() });
export const ofStream = z.strictObject({ stream });

export const pageOf = <N extends string, T extends z.ZodType>(
  name: N,
  entry: T,
) =>
  z.object({
    [name]: z.array(entry),
    next: z.string().nullable(),
  } as { [name in N]: z.ZodArray<T> } & { next: z.ZodNullable<z.ZodString> });
