import { Account, ConflictPolicy, System } from "@ams-sync/contracts";
import { describe, expect, it } from "vitest";
import { account, newAccount } from "./schemas.js";
import { accountOut } from "./wire.js";

const BEFORE_THE_RULE = [
  ["no kind", { customers: false, tags: [] }],
  ["a tag twice", { customers: true, tags: ["VIP", "vip"] }],
] as const;

describe.each(BEFORE_THE_RULE)("contacts with %s", (_what, contacts) => {
  it("are shown where they are stored already", () => {
    const stored = Account.fromPartial({
      account: {
        tenantId: "5b0e6c1e-7a52-4b8e-9d5c-0a4f3c2b1d00",
        accountId: "5b0e6c1e-7a52-4b8e-9d5c-0a4f3c2b1d01",
      },
      userId: "17",
      system: System.CLOUD,
      serverUrl: "https://dav.example/",
      username: "jürgen",
      policy: ConflictPolicy.AMS_WINS,
      version: 1n,
      contacts: { ...contacts, tags: [...contacts.tags] },
    });
    expect(account.safeParse(accountOut(stored, true)).success).toBe(true);
  });

  it("cannot be entered", () => {
    const entered = {
      system: "cloud",
      serverUrl: "https://dav.example/",
      username: "jürgen",
      password: "geheim",
      contacts: {
        ...{ companies: false, agents: false, birthday: false },
        ...{ agentId: null, editedSince: null, container: null },
        ...contacts,
      },
      appointments: null,
    };
    const all = { ...entered.contacts, customers: true, tags: ["VIP"] };
    expect(newAccount.safeParse({ ...entered, contacts: all }).success).toBe(
      true,
    );
    expect(newAccount.safeParse(entered).success).toBe(false);
  });
});
