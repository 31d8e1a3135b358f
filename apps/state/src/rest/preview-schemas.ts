import type { ShownAction } from "@ams-sync/contracts";
import type { Language } from "@ams-sync/platform/rest";
import { fieldLabel, type StreamKind } from "@ams-sync/sync-core";
import { z } from "zod";
import type {
  PreviewEntryRow,
  PreviewRow,
} from "../account/preview.repository.js";
import { entryPage, previewState, recordRef, stream } from "./schemas.js";

const ACTIONS = [
  "create",
  "adopt",
  "update",
  "take",
  "import",
  "delete",
  "clear",
  "unlink",
] as const satisfies readonly ShownAction[];
const action = z.enum(ACTIONS);
const count = z.int().min(0);

export const preview = z
  .object({
    stream,
    state: previewState.nullable(),
    number: count,
    since: z.iso.datetime().nullable(),
    counts: z.object({
      ...(Object.fromEntries(ACTIONS.map((name) => [name, count])) as Record<
        ShownAction,
        typeof count
      >),
      conflict: count,
    }),
    message: z.string(),
  })
  .meta({ id: "Preview" });

export const previewEntry = z
  .object({
    entryId: z.string(),
    action,
    record: recordRef.nullable(),
    itemId: z.string().nullable(),
    fields: z.array(z.object({ name: z.string(), label: z.string() })),
    conflict: z.boolean(),
  })
  .meta({ id: "PreviewEntry" });

export const previewStream = z.object({ stream });
export const previewPage = entryPage.extend({
  stream,
  action: action.optional(),
  conflict: z
    .enum(["true", "false"])
    .default("false")
    .transform((text) => text === "true"),
});
export const consent = z.strictObject({
  stream,
  number: z.int().min(0),
});

export const previewOut = (
  kind: StreamKind,
  { state, number, since, counts }: PreviewRow,
  language: Language,
): z.input<typeof preview> => {
  const ofAction = (name: ShownAction) =>
    Number(counts.find((one) => one.action === name)?.count ?? 0);
  return {
    ...{ stream: kind, state, number: Number(number) },
    since: since?.toISOString() ?? null,
    counts: {
      ...(Object.fromEntries(
        ACTIONS.map((name) => [name, ofAction(name)]),
      ) as Record<ShownAction, number>),
      conflict: counts.reduce(
        (sum, { conflicts }) => sum + Number(conflicts),
        0,
      ),
    },
    message: state === null ? "" : WAITS[state][language],
  };
};

export const previewEntryOut = (
  { kind, recordId, ...row }: PreviewEntryRow,
  language: Language,
): z.input<typeof previewEntry> => ({
  ...row,
  record: kind === null || recordId === null ? null : { kind, recordId },
  fields: row.fields.map((name) => ({
    name,
    label: fieldLabel(name, language),
  })),
});

const WAITS = {
  planning: {
    de: "Es wird ermittelt, was geschehen würde. Bis Sie zugestimmt haben, wird hier und dort nichts geändert.",
    en: "What would be done is being worked out. Until you have agreed nothing is changed, here or there.",
  },
  shown: {
    de: "Wartet auf Ihre Zustimmung: Bis dahin wird hier und dort nichts geändert, auch nicht mit „Jetzt synchronisieren“.",
    en: "Waits for your consent: until then nothing is changed, here or there, not even by “Synchronise now”.",
  },
} as const;
