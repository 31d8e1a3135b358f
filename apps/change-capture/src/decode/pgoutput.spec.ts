import { describe, expect, it } from "vitest";
import { PgoutputReader, type Message } from "./pgoutput.js";

const bytes = (text: string) => Buffer.from(text, "latin1");
const int = (size: 2 | 4 | 8, value: number | bigint) => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64BE(BigInt(value));
  return buffer.subarray(8 - size);
};
const message = (...parts: readonly (string | Buffer)[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === "string" ? bytes(part) : part)),
  );
const text = (value: string) =>
  message("t", int(4, Buffer.byteLength(value)), Buffer.from(value));
const tuple = (...values: readonly (string | Buffer)[]) =>
  message(int(2, values.length), ...values);

const OID = 4_000_000_001;
const announced = message(
  ...["R", int(4, OID), "ams\0customer\0d", int(2, 3)],
  ...["\x01tenant_id\0", int(4, 2950), int(4, -1)],
  ...["\x01customer_id\0", int(4, 20), int(4, -1)],
  ...["\0", Buffer.from("Straße\0"), int(4, 25), int(4, -1)],
);
const relation = {
  name: "ams.customer",
  columns: ["tenant_id", "customer_id", "Straße"],
};

const read = (one: Buffer): Message | undefined => {
  const reader = new PgoutputReader();
  expect(reader.read(announced)).toBeUndefined();
  // From within something longer, as it comes.
  return reader.read(message("header", one), 6);
};

const begin = message(
  "B",
  int(8, 0x1_0000_0010),
  int(8, 828_063_000_123_456n),
  int(4, 7),
);
const commit = message(
  "C\0",
  ...[int(8, 0x1_0000_0010), int(8, 0xffff_ffff_0000_0020n - 2n ** 64n)],
  int(8, 0),
);
const row = tuple(text("a"), text("9007199254740993"), text("Grüner Weg"));
const update = message(
  "U",
  int(4, OID),
  "O",
  row,
  "N",
  tuple(text("a"), text("7"), "u"),
);

describe("a message of pgoutput", () => {
  it("begins and ends a transaction: time of the commit, end of its WAL in all 64 bits", () => {
    expect(read(begin)).toEqual({
      tag: "begin",
      committedAt: new Date("2026-03-29T01:30:00.123Z"),
      xid: 7,
    });
    expect(read(commit)).toEqual({
      tag: "commit",
      endLsn: 0xffff_ffff_0000_0020n,
    });
  });

  it("brings a row by the names of its columns, whatever null and text hold", () => {
    const values = { tenant_id: "a", customer_id: "9007199254740993" };
    expect(read(message("I", int(4, OID), "N", row))).toEqual({
      tag: "insert",
      relation,
      new: { ...values, Straße: "Grüner Weg" },
    });
    expect(
      read(message("I", int(4, OID), "N", tuple(text(""), "n", "u"))),
    ).toEqual({
      tag: "insert",
      relation,
      new: { tenant_id: "", customer_id: null, Straße: undefined },
    });
  });

  it("brings an update without, with the old key, and with all of the old row", () => {
    const key = tuple(text("a"), text("8"), "n");
    expect(read(message("U", int(4, OID), "N", row))).toMatchObject({
      tag: "update",
      old: undefined,
      new: { customer_id: "9007199254740993" },
    });
    expect(read(message("U", int(4, OID), "K", key, "N", row))).toMatchObject({
      old: { tenant_id: "a", customer_id: "8", Straße: null },
      new: { customer_id: "9007199254740993" },
    });
    // What did not change and is stored apart comes with the old row only.
    expect(read(update)).toMatchObject({
      old: { customer_id: "9007199254740993", Straße: "Grüner Weg" },
      new: { customer_id: "7", Straße: "Grüner Weg" },
    });
  });

  it("brings a delete by key or by row, and a TRUNCATE of several tables", () => {
    for (const kind of ["K", "O"])
      expect(read(message("D", int(4, OID), kind, row))).toMatchObject({
        tag: "delete",
        relation,
        old: { customer_id: "9007199254740993" },
      });
    expect(
      read(message("T", int(4, 2), "\x03", int(4, OID), int(4, OID))),
    ).toEqual({ tag: "truncate", relations: [relation, relation] });
  });

  it("is passed over where it is an origin, a type or a program's own", () => {
    for (const one of ["O", "Y", "M"])
      expect(read(message(one, int(8, 1), "x\0"))).toBeUndefined();
  });

  it("takes a table that was altered as it is announced anew", () => {
    const reader = new PgoutputReader();
    reader.read(announced);
    reader.read(
      message(
        "R",
        int(4, OID),
        "ams\0kunde\0d",
        int(2, 1),
        "\x01nr\0",
        int(8, 0),
      ),
    );
    expect(
      reader.read(message("D", int(4, OID), "K", tuple(text("5")))),
    ).toEqual({
      tag: "delete",
      relation: { name: "ams.kunde", columns: ["nr"] },
      old: { nr: "5" },
    });
  });
});

describe("what cannot be read is refused", () => {
  it.each([
    // The time of a commit at its end is not looked at.
    ["begin", begin],
    ["commit", commit.subarray(0, -8)],
    ["update", update],
    ["TRUNCATE", message("T", int(4, 1), "\0", int(4, OID))],
  ])("a %s that ends too soon, wherever", (_, needed) => {
    expect(read(needed)).toBeDefined();
    for (let length = 1; length < needed.length; length += 1)
      expect(() => read(needed.subarray(0, length))).toThrow(/too soon|part/);
  });

  it("a message, a part and a table that nobody knows, and a row too long for its table", () => {
    const reader = new PgoutputReader();
    expect(() => reader.read(bytes("S"))).toThrow(/unknown message/);
    expect(() => reader.read(Buffer.alloc(0))).toThrow(/unknown message/);
    expect(() => reader.read(message("I", int(4, OID), "N", row))).toThrow(
      /not announced/,
    );
    expect(() => read(message("I", int(4, OID), "X", row))).toThrow(/part/);
    expect(() =>
      read(message("I", int(4, OID), "N", tuple("b", int(4, 0)))),
    ).toThrow(/part/);
    expect(() =>
      read(message("I", int(4, OID), "N", tuple("n", "n", "n", "n"))),
    ).toThrow(/more columns/);
    expect(() => reader.read(announced.subarray(0, 12))).toThrow();
  });
});

it("tells UUIDs apart from one row to the next, and misses one that ends too soon", () => {
  const reader = new PgoutputReader();
  reader.read(announced);
  const insert = (id: string) =>
    message("I", int(4, OID), "N", tuple(text(id), text("7"), "n"));
  const ids = ["a", "b", "b", "a"].map(
    (end) => `0b5c1c3e-0000-4000-8000-00000000000${end}`,
  );
  const read = ids.map((id) => {
    const found = reader.read(insert(id));
    return found?.tag === "insert" ? found.new["tenant_id"] : undefined;
  });
  expect(read).toEqual(ids);
  const cut = insert(ids[0] ?? "").subarray(0, 30);
  expect(() => reader.read(cut)).toThrow("ends too soon");
});
