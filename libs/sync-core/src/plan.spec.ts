import { describe, expect, it } from "vitest";
import type { Fields } from "./canonical.js";
import type { Origin } from "./kinds.js";
import { plan } from "./plan.js";
import type {
  ItemView,
  LinkView,
  PlanInput,
  RecordView,
} from "./plan-types.js";

const FORM: Fields = { city: "Köln", lastName: "Müller" };
const MOVED: Fields = { city: "Düren", lastName: "Müller" };

const linked = (over: Partial<LinkView> = {}): LinkView => ({
  origin: "created",
  itemId: "/a/7.vcf",
  itemVersion: "v1",
  base: FORM,
  ...over,
});
const unversioned = (): LinkView => {
  const { itemVersion: _, ...link } = linked();
  return link;
};
const record = (fields: Fields = FORM): RecordView => ({ state: "in", fields });
const broken: RecordView = {
  state: "broken",
  problem: { code: "no-name", field: "name" },
};
const out: RecordView = { state: "out", reason: "other-agent" };
const gone: RecordView = { state: "gone" };
const none: RecordView = { state: "none" };
const unread: ItemView = { state: "unread" };
const absent: ItemView = { state: "absent" };
const item = (
  fields: Fields = FORM,
  version = "v1",
  own = false,
): ItemView => ({ state: "present", fields, version, own });

const decide = (
  link: LinkView | undefined,
  recordView: RecordView,
  itemView: ItemView,
  over: Partial<PlanInput> = {},
) =>
  plan({
    ...(link !== undefined && { link }),
    record: recordView,
    item: itemView,
    policy: "ams-wins",
    fieldNames: ["city", "fax", "lastName"],
    ...over,
  });

describe("without a link", () => {
  it("creates, conditionally and without looking first", () => {
    const action = {
      do: "create",
      cell: "new",
      fields: FORM,
      base: FORM,
      origin: "created",
    };
    expect(decide(undefined, record(), unread)).toEqual(action);
    expect(decide(undefined, record(), absent)).toEqual(action);
  });

  it("sends only what the options send", () =>
    expect(
      decide(undefined, record(), unread, { fieldNames: ["city"] }),
    ).toMatchObject({ fields: { city: "Köln" }, base: { city: "Köln" } }));

  it("adopts what is there: fills and corrects, clears nothing", () =>
    expect(
      decide(undefined, record(), item({ city: "Bonn", fax: "0221 1" })),
    ).toEqual({
      do: "update",
      cell: "adopt",
      fields: { ...FORM, fax: "0221 1" },
      sent: ["city", "lastName"],
      conflicts: [
        { field: "city", winner: "ams", ams: "Köln", remote: "Bonn" },
      ],
      clears: false,
      base: FORM,
      origin: "adopted",
    }));

  it("under remote-wins adopts without overwriting", () =>
    expect(
      decide(undefined, record(), item({ city: "Bonn" }), {
        policy: "remote-wins",
      }),
    ).toMatchObject({
      do: "update",
      fields: { city: "Bonn", lastName: "Müller" },
      base: { lastName: "Müller" },
    }));

  it("adopts an equal one without writing, and knows its own again", () => {
    expect(decide(undefined, record(), item())).toEqual({
      do: "link",
      cell: "adopt",
      base: FORM,
      origin: "adopted",
      itemVersion: "v1",
    });
    expect(decide(undefined, record(), item(FORM, "v1", true))).toMatchObject({
      cell: "adopt-own",
      origin: "created",
    });
  });

  it.each([unread, item(), absent])("else does nothing with %j", (there) => {
    expect(decide(undefined, broken, there)).toEqual({
      do: "set-aside",
      cell: "broken",
      problem: { code: "no-name", field: "name" },
    });
    expect(decide(undefined, out, there)).toEqual({
      do: "nothing",
      cell: "out-of-scope",
      reason: "other-agent",
    });
    expect(decide(undefined, gone, there)).toEqual({
      do: "nothing",
      cell: "gone",
    });
    expect(decide(undefined, none, there)).toMatchObject({ do: "nothing" });
  });
});

describe("without a link, but with a create that was sent", () => {
  const sent = { sent: true };
  const cases: readonly [string, RecordView, object, string][] = [
    [
      "out of scope",
      out,
      { do: "nothing", cell: "out-of-scope", reason: "other-agent" },
      "sent-left-scope",
    ],
    ["gone", gone, { do: "nothing", cell: "gone" }, "sent-tombstone"],
  ];

  it.each(cases)("looks for the item of a record that is %s", (_, state) =>
    expect(decide(undefined, state, unread, sent)).toEqual({
      do: "read",
      cell: "sent-look",
    }),
  );

  it.each(cases)(
    "takes back its own item of a record that is %s, whatever it holds, and no other's",
    (_, state, nothing, cell) => {
      for (const own of [item(FORM, "v1", true), item(MOVED, "v2", true)])
        expect(decide(undefined, state, own, sent)).toMatchObject({
          do: "delete",
          cell,
        });
      const names = Object.keys(FORM);
      const ours = item(FORM, "v1", true);
      expect(
        decide(undefined, state, ours, { ...sent, unsure: names }),
      ).toEqual({ do: "delete", cell });
      // What the create did not put there is somebody's.
      expect(
        decide(undefined, state, ours, { ...sent, unsure: names.slice(1) }),
      ).toMatchObject({
        conflicts: [{ field: names[0], winner: "ams" }],
      });
      expect(decide(undefined, state, item(), sent)).toEqual(nothing);
      expect(decide(undefined, state, absent, sent)).toEqual(nothing);
      expect(decide(undefined, state, item(FORM, "v1", true))).toEqual({
        do: "leave",
        cell: "own-left-behind",
        reason: "own-left-behind",
      });
    },
  );

  it("is like any other record in scope, or broken", () => {
    for (const there of [unread, item(), item(FORM, "v1", true), absent])
      for (const state of [record(), broken, none])
        expect(decide(undefined, state, there, sent)).toEqual(
          decide(undefined, state, there),
        );
  });

  it("does not matter once there is a link, but that nothing is taken back unseen", () => {
    for (const there of [item(), item(FORM, "v1", true), absent])
      for (const state of [broken, out, gone, none])
        expect(decide(linked(), state, there, sent)).toEqual(
          decide(linked(), state, there),
        );
    for (const state of [out, gone])
      expect(decide(linked(), state, unread, sent)).toEqual({
        do: "read",
        cell: "look",
      });
  });
});

describe("with a link and a write that nobody remembers", () => {
  const sent = { sent: true, unsure: ["city"] };

  it("looks although the record is as it was agreed", () =>
    expect(decide(linked(), record(), unread, sent)).toEqual({
      do: "read",
      cell: "sent-look",
    }));

  it.each(["ams-wins", "remote-wins"] as const)(
    "takes its own value back under %s, and nothing that others changed",
    (policy) =>
      expect(
        decide(
          linked(),
          record(),
          item({ city: "Düren", lastName: "Möller", fax: "1" }, "v2"),
          { ...sent, policy },
        ),
      ).toMatchObject({
        do: "update",
        fields: { ...FORM, lastName: "Möller", fax: "1" },
        sent: ["city"],
        conflicts: [],
      }),
  );

  it("empties what it had filled", () =>
    expect(
      decide(
        linked({ base: { lastName: "Müller" } }),
        record({ lastName: "Müller" }),
        item(),
        sent,
      ),
    ).toMatchObject({ do: "update", fields: { lastName: "Müller" } }));

  it("makes the item again that it may have deleted itself", () => {
    expect(decide(linked(), record(), absent, { sent: true })).toMatchObject({
      do: "create",
      cell: "restore",
    });
    expect(decide(linked(), record(), absent)).toMatchObject({
      do: "lose",
      cell: "lost-there",
    });
  });
});

describe("with a link and a record in scope", () => {
  it("does nothing without reading where nothing changed here", () =>
    expect(decide(linked(), record(), unread)).toEqual({
      do: "nothing",
      cell: "unchanged",
    }));

  it("reads once where the options send more than when the two agreed", () => {
    const narrow = linked({ open: ["fax"] });
    expect(decide(narrow, record(), unread)).toEqual({
      do: "read",
      cell: "look",
    });
    expect(decide(narrow, record(), item())).toMatchObject({ do: "link" });
    const fieldNames = ["city", "lastName"];
    expect(decide(narrow, record(), unread, { fieldNames })).toMatchObject({
      cell: "unchanged",
    });
  });

  it("reads where something changed here or the version is unknown", () => {
    const look = { do: "read", cell: "look" };
    expect(decide(linked(), record(MOVED), unread)).toEqual(look);
    expect(decide(unversioned(), record(), unread)).toEqual(look);
  });

  it("writes the change and keeps what changed there", () =>
    expect(
      decide(
        linked(),
        record(MOVED),
        item({ city: "Köln", lastName: "Möller" }, "v2"),
      ),
    ).toEqual({
      do: "update",
      cell: "changed-here",
      fields: { city: "Düren", lastName: "Möller" },
      sent: ["city"],
      conflicts: [],
      clears: false,
      base: MOVED,
      origin: "created",
    }));

  it("empties there what was emptied here", () =>
    expect(
      decide(linked(), record({ lastName: "Müller" }), item()),
    ).toMatchObject({
      do: "update",
      fields: { lastName: "Müller" },
      sent: ["city"],
      base: { lastName: "Müller" },
    }));

  it("lets the policy decide where both changed the same", () => {
    const there = item({ city: "Bonn", lastName: "Müller" }, "v2");
    expect(decide(linked(), record(MOVED), there)).toMatchObject({
      do: "update",
      cell: "conflict-ams-wins",
      fields: MOVED,
      conflicts: [
        { field: "city", winner: "ams", ams: "Düren", remote: "Bonn" },
      ],
    });
    expect(
      decide(linked(), record(MOVED), there, { policy: "remote-wins" }),
    ).toEqual({ do: "nothing", cell: "conflict-remote-wins" });
  });

  it("leaves a change there alone, its old version remembered", () =>
    expect(
      decide(linked(), record(), item({ lastName: "Müller" }, "v2")),
    ).toEqual({ do: "nothing", cell: "changed-there" }));

  it("remembers a new version of the same content, and a same change", () => {
    const link = { do: "link", cell: "agreed", origin: "created" };
    expect(decide(linked(), record(), item())).toEqual({
      do: "nothing",
      cell: "agreed",
    });
    expect(decide(linked(), record(), item(FORM, "v2"))).toEqual({
      ...link,
      base: FORM,
      itemVersion: "v2",
    });
    expect(decide(linked(), record(MOVED), item(MOVED, "v2"))).toEqual({
      ...link,
      base: MOVED,
      itemVersion: "v2",
    });
  });

  it("sends all again after a reset, clearing nothing", () =>
    expect(
      decide(
        { ...unversioned(), base: {} },
        record({ lastName: "Müller" }),
        item({ lastName: "Maier", fax: "1" }),
      ),
    ).toMatchObject({
      do: "update",
      fields: { lastName: "Müller", fax: "1" },
      base: { lastName: "Müller" },
    }));

  it("shows a loss there, and restores at the next change here (R50)", () => {
    expect(decide(linked(), record(), absent)).toEqual({
      do: "lose",
      cell: "lost-there",
    });
    expect(decide(linked({ lost: "noticed" }), record(), absent)).toEqual({
      do: "nothing",
      cell: "lost-there",
    });
    expect(decide(linked({ lost: "left" }), record(MOVED), absent)).toEqual({
      do: "nothing",
      cell: "lost-left",
    });
    expect(
      decide(linked({ origin: "imported" }), record(MOVED), absent),
    ).toEqual({
      do: "create",
      cell: "restore",
      fields: MOVED,
      base: MOVED,
      origin: "created",
    });
  });
});

describe("with a link and a record that cannot or must not be there", () => {
  it("keeps the item of a broken record", () => {
    for (const there of [unread, item(), absent])
      expect(decide(linked(), broken, there)).toMatchObject({
        do: "set-aside",
        cell: "broken-linked",
      });
  });

  const cases: readonly [Origin, RecordView, string, string][] = [
    ["created", out, "delete", "left-scope-delete"],
    ["imported", out, "unlink", "left-scope-unlink"],
    ["adopted", out, "unlink", "left-scope-unlink"],
    ["created", gone, "delete", "tombstone-delete"],
    ["imported", gone, "delete", "tombstone-delete"],
    ["adopted", gone, "unlink", "tombstone-unlink"],
  ];
  it.each(cases)("%s and %j: %s", (origin, state, action, cell) => {
    for (const there of [unread, item()])
      expect(decide(linked({ origin }), state, there)).toEqual({
        do: action,
        cell,
      });
    expect(decide(linked({ origin }), state, absent)).toEqual({
      do: "unlink",
      cell: "both-gone",
    });
  });

  const journal = [{ field: "city", winner: "ams", remote: "Düren" }];
  const edited: readonly [Origin, RecordView, object][] = [
    ["created", gone, { cell: "tombstone-delete-changed", do: "delete" }],
    ["imported", gone, { cell: "tombstone-delete-changed", do: "delete" }],
    ["created", out, { cell: "left-scope-delete", do: "delete" }],
  ];
  it.each(edited)(
    "%s and %j, edited there: deleted, the edit is in the journal",
    (origin, state, action) => {
      for (const policy of ["ams-wins", "remote-wins"] as const)
        expect(
          decide(linked({ origin }), state, item(MOVED, "v2"), { policy }),
        ).toEqual({ ...action, conflicts: journal });
    },
  );

  it("has nothing to keep of what was emptied there or is from a write of ours", () => {
    const short = item({ lastName: "Müller" }, "v2");
    expect(decide(linked(), gone, short)).not.toHaveProperty("conflicts");
    expect(
      decide(linked(), gone, item(MOVED, "v2"), {
        sent: true,
        unsure: ["city"],
      }),
    ).not.toHaveProperty("conflicts");
  });

  it("looks before it deletes without a version", () => {
    expect(decide(unversioned(), gone, unread)).toEqual({
      do: "read",
      cell: "look",
    });
    expect(decide(unversioned(), gone, item())).toMatchObject({ do: "delete" });
  });

  it("does nothing while nobody has looked at the record", () => {
    for (const there of [unread, item(), absent])
      expect(decide(linked(), none, there)).toEqual({
        do: "nothing",
        cell: "record-unread",
      });
  });
});
