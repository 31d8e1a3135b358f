import { expect, it } from "vitest";
import { answerOf } from "./answer.js";

type Verdict = Parameters<typeof answerOf>[0];
type State = Parameters<typeof answerOf>[1];

const at = "2026-11-23T12:00:00.000Z";
const record = { kind: "customer", recordId: "7" } as const;
const wanted: Verdict = {
  ...{ record, settingsVersion: 1, inScope: true, firstOnly: false },
  ...{ code: null, message: null, setting: null },
};
const unwanted: Verdict = {
  ...wanted,
  ...{ inScope: false, code: "tag-missing", message: "Kein Schlagwort." },
};
const nothing: State = {
  ...{ link: null, lost: null, waiting: null, setAside: null, held: null },
  ...{ questions: [], account: { errorMessage: null } },
};
const link = {
  ...{ itemId: "/7.vcf", origin: "created" as const },
  ...{ since: at, agreedAt: at },
};
const setAside = {
  ...{ message: "Zu lang." },
} as NonNullable<State["setAside"]>;
const parked = { account: { errorMessage: "Kennwort." } };

it.each<[string, Verdict, Partial<State>, unknown]>([
  ["linked", wanted, { link }, { kind: "yes" }],
  ["linked before a gate was shut", unwanted, { link }, { kind: "yes" }],
  ["not wanted", unwanted, { setAside }, { kind: "out", verdict: unwanted }],
  ["set aside", wanted, { setAside }, { kind: "told", message: "Zu lang." }],
  [
    "lost there",
    wanted,
    { link, lost: { state: "left", lostAt: at } },
    { kind: "lost", state: "left" },
  ],
  ["parked", wanted, parked, { kind: "told", message: "Kennwort." }],
  [
    "announced",
    wanted,
    { waiting: { since: at, nextAttemptAt: null } },
    { kind: "waiting" },
  ],
  ["not even announced", wanted, {}, { kind: "next" }],
])("of a record that is %s", (_what, verdict, told, answer) => {
  expect(answerOf(verdict, { ...nothing, ...told })).toEqual(answer);
});
