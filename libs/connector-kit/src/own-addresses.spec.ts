import type { TimeZone, UserView } from "@ams-sync/sync-core";
import { expect, it } from "vitest";
import type { AccountView } from "./account-settings.js";
import { isAnother } from "./apart.js";
import { ownAddresses } from "./own-addresses.js";
import type { Item, StreamPort } from "./port.js";

const own = (told: {
  readonly server?: readonly string[];
  readonly ams?: readonly string[];
  readonly login?: string;
}) => [
  ...ownAddresses(
    { account: { username: told.login } as AccountView },
    { userAddresses: told.server } as StreamPort,
    {
      userId: "7",
      timeZone: "Europe/Berlin" as TimeZone,
      rights: new Set<string>(),
      agentRelease: false,
      releasedAgentIds: new Set<string>(),
      ...(told.ams && { addresses: told.ams }),
    } satisfies UserView,
  ),
];

it("are what the server, ams and the login say, each once, but no bare names", () => {
  expect(
    own({
      server: [" Eva@Makler.example", "post@makler.example"],
      ams: ["eva@makler.example", "emeier"],
      login: "EVA@wolke.example ",
    }),
  ).toEqual(["eva@makler.example", "post@makler.example", "eva@wolke.example"]);
  expect(own({ login: "eva" })).toEqual([]);
  expect(own({})).toEqual([]);
});

it("among those invited make no second event of one", () => {
  const event = (...attendees: readonly string[]): Item => ({
    id: "/a.ics",
    raw: "",
    canonical: {
      type: "appointment",
      fields: { date: "2026-10-25", reason: "Besuch" },
    },
    attendees,
  });
  const mine = new Set(["eva@makler.example"]);
  expect(isAnother(event("eva@makler.example"), event(), mine)).toBe(false);
  expect(isAnother(event("eva@makler.example"), event(), new Set())).toBe(true);
  expect(isAnother(event("max@gross.example"), event(), mine)).toBe(true);
});
