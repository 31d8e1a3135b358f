import { expect, it } from "vitest";
import type { Account } from "../../api/types.js";
import { formerPlacesOf, stepFor, targetOf, without } from "./choice.js";

const account = (more: Partial<Account>): Account => ({
  accountId: "6d0f4a1e-0000-4000-8000-000000000001",
  ...{ userId: "1", system: "cloud", version: 1, username: "anna" },
  ...{ serverUrl: "https://c.example/", hasPassword: true, policy: "ams-wins" },
  ...{ contacts: null, appointments: null, leaving: null },
  formerPlaceOf: null,
  ...more,
});
const appointments = { maxAgeDays: null, editedSince: null, container: null };
const cloud = account({ appointments });

it.each([
  [
    "a first system: its dialog",
    [],
    "cloud",
    { kind: "dialog", system: "cloud", account: undefined },
  ],
  [
    "the same one: its dialog with the account",
    [cloud],
    "cloud",
    { kind: "dialog", system: "cloud", account: cloud },
  ],
  [
    "another one: asked before the old one is left",
    [cloud],
    "outlook",
    { kind: "switch", from: cloud, to: "outlook" },
  ],
  ["none: asked", [cloud], "none", { kind: "stop", from: cloud }],
  ["none where there is none: nothing", [], "none", undefined],
] as const)("choosing %s", (_what, accounts, chosen, step) => {
  expect(stepFor({ accounts: [...accounts] }, "appointments", chosen)).toEqual(
    step,
  );
});

it("asks which account where there is a login at that system for the other kind", () => {
  expect(stepFor({ accounts: [cloud] }, "contacts", "cloud")).toEqual({
    kind: "which",
    system: "cloud",
    accounts: [cloud],
  });
});

it("switches one kind off and leaves the rest as it is", () => {
  expect(without(cloud, "appointments")).toEqual({
    ...{ serverUrl: "https://c.example/", username: "anna" },
    ...{ policy: "ams-wins", contacts: null, appointments: null },
  });
});

it("takes a place that only goes for nobody's target, and offers no login that goes", () => {
  const former = account({
    ...{ appointments, leaving: "remove" },
    formerPlaceOf: "6d0f4a1e-0000-4000-8000-000000000002",
  });
  expect(targetOf({ accounts: [former] }, "appointments")).toBeUndefined();
  expect(formerPlacesOf({ accounts: [former, cloud] })).toEqual([former]);
  expect(stepFor({ accounts: [former] }, "appointments", "cloud")).toEqual({
    ...{ kind: "dialog", system: "cloud", account: undefined },
  });
});
