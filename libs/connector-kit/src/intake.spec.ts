import { beforeEach, describe, expect, it } from "vitest";
import { ConnectorError } from "./connector-error.js";
import { kindsOf } from "./intake.js";
import { MemoryWorld, anna } from "./memory/index.js";
import type { ChangesPage } from "./port.js";
import { announced } from "./remote-entry.js";
import type { RemoteEntry } from "./run-state.js";

const OFF = { customers: false, companies: false, agents: false };
const stream = (kind: "contacts" | "appointments") => ({
  kind,
  remoteDue: false,
  full: false,
  listing: false,
  unlinked: 0,
});

describe("the kinds that the settings send", () => {
  const contacts = { ...OFF, tags: [], birthday: true };
  it.each([
    [["customer"], { ...contacts, customers: true }],
    [["company"], { ...contacts, companies: true }],
    [["agent"], { ...contacts, agents: true }],
    [[], contacts],
  ] as const)("%j", (kinds, chosen) => {
    const options = { policy: "ams-wins", contacts: chosen } as const;
    expect(kindsOf(stream("contacts"), options)).toEqual(kinds);
    expect(kindsOf(stream("appointments"), options)).toEqual([]);
  });

  it("appointments", () => {
    const options = { policy: "ams-wins", appointments: {} } as const;
    expect(kindsOf(stream("appointments"), options)).toEqual(["appointment"]);
  });
});

describe("what the other system announces", () => {
  let world: MemoryWorld;
  let messages: {
    readonly items: number;
    readonly token: string | undefined;
  }[];
  let pages: Map<string | undefined, ChangesPage>;

  beforeEach(() => {
    world = new MemoryWorld();
    messages = [];
    pages = new Map();
    world.choose({
      policy: "ams-wins",
      contacts: {
        customers: true,
        companies: true,
        agents: true,
        tags: [],
        birthday: true,
      },
    });
    const takeInRemote = world.state.takeInRemote.bind(world.state);
    world.state.takeInRemote = async (run, kind, changes, token, which) => {
      messages.push({ items: changes.length, token });
      return takeInRemote(run, kind, changes, token, which);
    };
    const open = world.remote.open.bind(world.remote);
    world.remote.open = async (login) => {
      const session = await open(login);
      const port = session.stream.bind(session);
      return Object.assign(session, {
        stream: (...which: Parameters<typeof port>) =>
          Object.assign(port(...which), {
            changes: async (token?: string) => {
              const told = pages.get(token);
              if (told) return told;
              throw new ConnectorError("transient", "No answer.");
            },
          }),
      });
    };
  });

  const page = (items: number, token: string, more: boolean): ChangesPage => ({
    changes: Array.from({ length: items }, (_, i) => ({
      id: `/contacts/${token}-${i}`,
      version: '"1"',
      gone: false,
    })),
    token,
    more,
  });

  it("goes to state in messages that fit, each page's token with its last one", async () => {
    pages.set(undefined, page(2_500, "a", true));
    pages.set("a", page(3, "b", false));
    world.limits = { ...world.limits, maxRecords: 10_000, sliceSize: 1_000 };
    await world.settle();
    expect(messages).toEqual([
      { items: 1_000, token: undefined },
      { items: 1_000, token: undefined },
      { items: 500, token: "a" },
      { items: 3, token: "b" },
    ]);
    expect(world.stream().remoteToken).toBe("b");
  });

  it("that breaks off goes on with its next page, though no poll is due", async () => {
    world.remote.inward = ["contacts"];
    pages.set(undefined, page(2, "a", true));
    await world.run();
    expect(world.stream()).toMatchObject({ remoteToken: "a", listed: false });
    expect(world.stream().remoteDue).toBe(false);
    pages.set("a", page(2, "b", true));
    await world.clock.advance(60 * 60_000);
    await world.run();
    expect(world.stream()).toMatchObject({ remoteToken: "b", listed: false });
    pages.set("b", page(1, "c", false));
    await world.clock.advance(60 * 60_000);
    await world.run();
    expect(world.stream()).toMatchObject({ remoteToken: "c", listed: true });
    expect(messages.map(({ token }) => token)).toEqual(["a", "b", "c"]);
  });

  it("of another collection is asked for from its beginning in the very run that binds it", async () => {
    pages.set("alt", page(1, "alt-2", false));
    pages.set(undefined, page(3, "neu", false));
    world.stream().container = "/alt/";
    world.stream().remoteToken = "alt";
    world.containers = { contacts: "/neu/" };
    await world.run();
    expect(messages).toEqual([{ items: 3, token: "neu" }]);
    expect(world.stream().remoteToken).toBe("neu");
  });

  it("is taken in without addresses and versions that state would refuse", async () => {
    const version = '"1"';
    pages.set(undefined, {
      changes: [
        { id: "", version, gone: false },
        { id: "/contacts/\0", version, gone: false },
        { id: `/${"x".repeat(3_000)}`, version, gone: false },
        { id: "/contacts/ä", version: "v".repeat(2_000), gone: false },
      ],
      token: "a",
      more: false,
    });
    const takeInRemote = world.state.takeInRemote;
    const taken: unknown[] = [];
    world.state.takeInRemote = (run, kind, changes, token) => {
      taken.push(...changes);
      return takeInRemote(run, kind, changes, token);
    };
    await world.settle();
    expect(taken).toEqual([{ id: "/contacts/ä", gone: false }]);
    expect(world.logged).toMatchObject([
      { level: "warn", facts: { items: 3 } },
    ]);
  });

  it("does not hold up what ams has to send when a page says that there is more and names no token", async () => {
    pages.set(undefined, { ...page(1, "x", true), changes: [] });
    const { token: _, ...nameless } = page(1, "x", true);
    pages.set(undefined, nameless);
    world.commit([anna()]);
    const [report] = await world.settle();
    expect(report).toMatchObject({ outcome: "done", counts: { created: 1 } });
  });
});

describe("an announced item", () => {
  const link = {
    kind: "customer",
    recordId: "1",
    itemId: "/contacts/1",
    itemVersion: '"1"',
    hash: "",
    fields: "{}",
    origin: "created",
  } as const;
  const entry: RemoteEntry = {
    side: "remote",
    entryId: 1n,
    position: 1n,
    attempts: 0,
    judgedAt: 0,
    itemId: "/contacts/1",
    itemVersion: '"1"',
    gone: false,
    link,
  };
  const { link: _, ...foreign } = entry;
  it.each([
    ["echo", entry],
    ["record-unread", { ...entry, itemVersion: '"2"' }],
    ["record-unread", { ...entry, gone: true }],
    ["foreign", foreign],
    ["foreign-gone", { ...foreign, gone: true }],
  ])("is struck and counted as %s", (cell, announcement) => {
    expect(announced(announcement, { policy: "ams-wins" })).toMatchObject({
      cell,
      effect: false,
      result: { outcome: { type: "untouched" } },
    });
  });
});
