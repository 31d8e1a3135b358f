import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Item } from "@ams-sync/connector-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  BOOK,
  card,
  identity,
  person,
  type OnTrapServer,
  onTrapServer,
} from "./testing/on-trap-server.js";
import { escaped, multistatus, type Reply, row, XML } from "./testing/wire.js";

let on: OnTrapServer;
beforeEach(async () => {
  on = await onTrapServer({ requestTimeoutMs: 20_000 });
});
afterEach(() => on.stop());

const MIB = 2 ** 20;
const BAD = `${BOOK}boese.vcf`;
const GOOD = `${BOOK}gut.vcf`;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;
/** Bytes on the heap that somebody still holds. */
const live = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

/** Counts what is taken of it, and how much more the heap holds meanwhile. */
class Flood {
  sent = 0;
  most = 0;
  readonly #before = live();

  *chunks(
    head: string,
    filling: string,
    bytes: number,
    tail: string,
  ): Generator<string | Buffer> {
    yield head;
    const chunk = Buffer.from(filling.repeat(Math.ceil(MIB / filling.length)));
    for (let left = bytes; left > 0; left -= chunk.length) {
      this.sent += chunk.length;
      if (this.sent % (4 * MIB) < chunk.length)
        this.most = Math.max(this.most, live() - this.#before);
      yield chunk;
    }
    yield tail;
  }
}

const answers = (reply: (method: string, path: string) => Reply | undefined) =>
  (on.server.intercept = ({ method, path }) => reply(method, path));
const read = async (...ids: string[]): Promise<(Item | undefined)[]> => {
  const found = await on.port.fetch(ids);
  return ids.map((id) => found.get(id));
};
const inMultistatus = (...rows: string[]): [string, string] => {
  const whole = String(multistatus(rows.join("")).body);
  const [head, tail] = whole.split("@@") as [string, string];
  return [head, tail];
};
const dataRow = (path: string, text: string) =>
  row(path, [
    '<d:getetag>"1"</d:getetag>',
    `<card:address-data>${text}</card:address-data>`,
  ]);

describe("a card of 50 MB", () => {
  const filling = "NOTE:immer weiter\r\n";

  it("is not read further than 8 MiB by itself", async () => {
    const flood = new Flood();
    answers((method) =>
      method === "GET"
        ? {
            status: 200,
            headers: { etag: '"1"' },
            chunks: flood.chunks(
              "BEGIN:VCARD\r\n",
              filling,
              50 * MIB,
              "END:VCARD\r\n",
            ),
          }
        : undefined,
    );
    const [item] = await read(BAD);
    expect(item).toMatchObject({ obstacle: "unreadable", version: '"1"' });
    expect(flood.sent).toBeLessThan(20 * MIB);
    expect(flood.most).toBeLessThan(24 * MIB);
  });

  it("costs only itself in a list", async () => {
    const flood = new Flood();
    const [head, tail] = inMultistatus(
      dataRow(BAD, `BEGIN:VCARD\r\n@@END:VCARD`),
      dataRow(GOOD, escaped(card("Gut"))),
    );
    answers((method) =>
      method === "REPORT"
        ? {
            status: 207,
            headers: XML,
            chunks: flood.chunks(head, filling, 50 * MIB, tail),
          }
        : undefined,
    );
    const [bad, good] = await read(BAD, GOOD);
    expect(bad).toMatchObject({ obstacle: "unreadable", version: '"1"' });
    expect(good?.canonical.fields).toEqual({ lastName: "Gut" });
    expect(on.requests("GET")).toEqual([]);
    expect(flood.most).toBeLessThan(24 * MIB);
  });

  it("costs only itself where the list is longer than any answer may be", async () => {
    const [head, tail] = inMultistatus(dataRow(BAD, "BEGIN:VCARD\r\n@@"));
    on.server.put(GOOD, card("Gut"));
    answers((method, path) => {
      if (method === "GET" && path === BAD)
        return {
          status: 200,
          chunks: new Flood().chunks("BEGIN:VCARD\n", filling, 70 * MIB, ""),
        };
      return method === "REPORT"
        ? {
            status: 207,
            headers: XML,
            chunks: new Flood().chunks(head, filling, 70 * MIB, tail),
          }
        : undefined;
    });
    const [bad, good] = await read(BAD, GOOD);
    expect(bad?.obstacle).toBe("unreadable");
    expect(good?.canonical.fields).toEqual({ lastName: "Gut" });
  });
});

describe("forty cards of 7.9 MiB", () => {
  const ids = Array.from({ length: 40 }, (_, n) => `${BOOK}gross-${n}.vcf`);
  /** Long texts lie outside the heap. */
  const held = () => live() + process.memoryUsage().external;
  const head = (name: string) => card(name).replace(/END:[^]*/, "");
  const long = (name: string, between: Iterable<string>): string =>
    `${head(name)}${[...between].join("")}END:VCARD\r\n`;
  const photo = (bytes: number, fold: string) =>
    `PHOTO;ENCODING=b:${`${"A".repeat(70)}${fold}`.repeat(bytes / 72)}\r\n`;

  it.each<[string, string | undefined, (name: string) => string]>([
    [
      "with a folded photo",
      undefined,
      (name) => long(name, [photo(7.8 * MIB, "\r\n ")]),
    ],
    [
      "with a photo in one line",
      undefined,
      (name) => long(name, [photo(7.8 * MIB, "AA")]),
    ],
    [
      "with a thousand long lines",
      "unreadable",
      (name) =>
        long(
          name,
          Array.from({ length: 1_000 }, () => `NOTE:${"x".repeat(8_000)}\r\n`),
        ),
    ],
  ])("%s are never all in memory", async (_, obstacle, make) => {
    let [most, asked] = [0, 0];
    const before = held();
    answers((method, path) => {
      if (method === "REPORT") return { status: 403 };
      if (method !== "GET") return undefined;
      asked += 1;
      if (asked % 20 === 0) most = Math.max(most, held() - before);
      return { status: 200, headers: { etag: '"1"' }, body: make(path) };
    });
    const found = await on.port.fetch(ids);
    most = Math.max(most, held() - before);
    expect(found.size).toBe(ids.length);
    for (const id of ids) {
      const item = found.get(id);
      expect(item?.obstacle).toBe(obstacle);
      if (!obstacle) expect(item?.canonical.fields).toEqual({ lastName: id });
    }
    expect(most).toBeLessThan(48 * MIB);
  });

  it("one of them is written with all that was in it", async () => {
    const text = long("Anna", [photo(4 * MIB, "\r\n ")]);
    on.server.put(BAD, text);
    const [item] = await read(BAD);
    if (!item) throw new Error("It was not read.");
    const contact = person({ firstName: "Anna", city: "Ulm" });
    await on.port.update(item, contact);
    const [put] = on.requests("PUT");
    expect(put?.body).toContain(photo(4 * MIB, "\r\n ").trimEnd());
    expect(put?.body).toContain("Ulm");
    on.server.put(BAD, text.replace("Anna", "Anne"));
    await expect(on.port.update(item, contact)).rejects.toMatchObject({
      kind: "precondition",
    });
  });
});

describe("an item that is not what it seems costs only itself", () => {
  const LATIN = Buffer.from(card("Jörg Müller"), "latin1");
  const lines = (count: number, line: string) =>
    card("A").replace("END:", `${line.repeat(count)}END:`);
  it.each<[string, string | Buffer]>([
    ["bytes that are no UTF-8", LATIN],
    ["a million properties", lines(1_000_000, "X:\n")],
    ["a million empty groups", lines(1_000_000, "a.b:\n")],
    ["a million parameters", card("A").replace("FN", `FN${";A".repeat(1e6)}`)],
    ["a million blocks in one another", "BEGIN:VCARD\n".repeat(1_000_000)],
    ["NUL", card("A\0B")],
    ["two cards", card("A") + card("B")],
    ["no end", card("A").slice(0, -6)],
    ["nothing", ""],
    ["a page", "<html><body>Bitte anmelden</body></html>"],
  ])("%s", async (_, body) => {
    on.server.put(GOOD, card("Gut"));
    answers((method, path) =>
      method === "GET" && path === BAD
        ? {
            status: 200,
            body,
            headers: { "content-type": "text/vcard; charset=iso-8859-1" },
          }
        : method === "REPORT"
          ? multistatus(dataRow(GOOD, escaped(card("Gut"))))
          : undefined,
    );
    const [bad, good] = await read(BAD, GOOD);
    expect(bad).toMatchObject({
      obstacle: "unreadable",
      canonical: { type: "private", fields: {} },
    });
    expect(good?.canonical.fields).toEqual({ lastName: "Gut" });
  });

  it.each([
    ["a line of a million characters", `NOTE:${"x".repeat(1_000_000)}`],
    ["a line of a million folds", `NOTE:${"x\r\n ".repeat(1_000_000)}`],
    ["a name without an end", `NOTE;X="${"a;b:".repeat(250_000)}:y`],
    ["a list of a million", `CATEGORIES:${",a".repeat(1_000_000)}`],
    ["a name of a million parts", `N:Muster;Max${";".repeat(1_000_000)}`],
  ])("is read with %s, and written back whole", async (_, line) => {
    on.server.put(BAD, card("A").replace("END:", `${line}\r\nEND:`));
    const [item] = await read(BAD);
    expect(item?.obstacle).toBeUndefined();
    await on.port.update(item!, person({ city: "Ulm" }));
    const stored = on.server.items.get(BAD)!.text;
    expect(stored.length).toBeGreaterThan(line.length * 0.9);
    expect((await read(BAD))[0]?.canonical).toEqual(person({ city: "Ulm" }));
  });

  it("an event of the year 99999, or in a zone that turns every second", async () => {
    const container = await on.session.container("appointments");
    const port = on.session.stream("appointments", container);
    const event = (...between: string[]) =>
      ["BEGIN:VCALENDAR", ...between, "END:VCALENDAR", ""].join("\r\n");
    const at = (start: string) => ["BEGIN:VEVENT", start, "END:VEVENT"];
    const zone = [
      "BEGIN:VTIMEZONE",
      "TZID:Amt",
      "BEGIN:STANDARD",
      "DTSTART:16010101T000000",
      "RRULE:FREQ=SECONDLY",
      "TZOFFSETFROM:+0000",
      "TZOFFSETTO:+0100",
      "END:STANDARD",
      "END:VTIMEZONE",
    ];
    const items: readonly (readonly [string, string | undefined, string])[] = [
      ["a", "unreadable", event(...at("DTSTART:999990101T000000Z"))],
      ["b", "unreadable", event(...at("DTSTART:99991231T235900Z"))],
      [
        "c",
        "unknown-zone",
        event(...zone, ...at("DTSTART;TZID=Amt:20260101T090000")),
      ],
      ["d", "no-item", event("BEGIN:VTODO", "END:VTODO")],
      ["e", undefined, event(...at("DTSTART;VALUE=DATE:20260101"))],
    ];
    const path = (name: string) => `/dav/home/ams-appointments/${name}.ics`;
    for (const [name, , text] of items) on.server.put(path(name), text);
    const found = await port.fetch(items.map(([name]) => path(name)));
    expect(items.map(([name]) => found.get(path(name))?.obstacle)).toEqual(
      items.map(([, obstacle]) => obstacle),
    );
  });
});

describe("characters", () => {
  const umlaut = card("Jörg Müller");
  it.each<[string, Reply]>([
    [
      "UTF-8 that says it is something else",
      {
        status: 207,
        headers: { "content-type": "text/xml; charset=iso-8859-1" },
        body: String(
          multistatus(dataRow(BAD, escaped(umlaut)), dataRow(GOOD, "x")).body,
        ).replace("utf-8", "iso-8859-1"),
      },
    ],
    [
      "UTF-8 with its mark",
      {
        ...multistatus(dataRow(BAD, escaped(`\uFEFF${umlaut}`))),
        body: `\uFEFF${multistatus(dataRow(BAD, escaped(umlaut)), dataRow(GOOD, "x")).body}`,
      },
    ],
    [
      "UTF-16 with its mark",
      {
        ...multistatus(),
        body: Buffer.from(
          `\uFEFF${multistatus(dataRow(BAD, escaped(umlaut)), dataRow(GOOD, "x")).body}`,
          "utf16le",
        ),
      },
    ],
  ])("are read from %s", async (_, reply) => {
    answers((method) => (method === "REPORT" ? reply : undefined));
    const [item] = await read(BAD, GOOD);
    expect(item?.canonical.fields).toEqual({ lastName: "Jörg Müller" });
  });

  it("that were lost before are kept, those that get lost here are not written back", async () => {
    const rows = [
      dataRow(BAD, escaped(umlaut)),
      dataRow(GOOD, escaped(card("G\uFFFDt"))),
    ];
    const whole = String(multistatus(...rows).body);
    const [head = "", tail = ""] = whole.split("ü");
    answers((method) =>
      method === "REPORT"
        ? {
            status: 207,
            headers: XML,
            // In pieces, so that a character is cut in two.
            chunks: [
              Buffer.from(head),
              Buffer.from([0xfc]),
              ...[...Buffer.from(tail)].map((byte) => Buffer.from([byte])),
            ],
          }
        : undefined,
    );
    const [bad, good] = await read(BAD, GOOD);
    expect(bad?.obstacle).toBe("unreadable");
    expect(good?.canonical.fields).toEqual({ lastName: "G\uFFFDt" });
  });
});

describe("XML", () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 9 }, (_, n) => `<!ENTITY a${n} "${`&a${n === 0 ? "" : n - 1};`.repeat(10)}">`).join("")}]><d:multistatus xmlns:d="DAV:"><d:response><d:href>&a8;</d:href></d:response></d:multistatus>`;
  const whole = String(
    multistatus(
      ...Array.from({ length: 3_000 }, (_, n) => row(`${BOOK}${n}.vcf`, [])),
    ).body,
  );
  const deep = whole.replace("</d:multistatus>", "<a>".repeat(500_000));
  const wide = whole.replace(
    "</d:multistatus>",
    `<d:response>${"<a/>".repeat(1_000_000)}`,
  );

  it.each([
    ["an entity bomb", "rejected", bomb],
    ["an entity nobody knows", "transient", whole.replace("0.vcf", "&x;")],
    ["an end too early", "transient", whole.slice(0, -1_000)],
    [
      "tags that do not match",
      "transient",
      whole.replace("</d:href>", "</d:x>"),
    ],
    ["half a million levels", "rejected", deep],
    ["a million elements in a row", "rejected", wide],
    ["something else", "rejected", "<a/>"],
  ])("with %s ends a listing: %s", async (_, kind, body) => {
    answers((method) =>
      method === "REPORT" || method === "PROPFIND"
        ? { status: 207, headers: XML, body }
        : undefined,
    );
    await expect(on.port.changes()).rejects.toMatchObject({ kind });
  });

  it.each([
    ["an entity bomb", bomb],
    ["an end too early", whole.slice(0, -1_000)],
    ["half a million levels", deep],
    ["something else", "<a/>"],
  ])("with %s does not keep items from being read", async (_, body) => {
    on.server.put(BAD, card("A"));
    on.server.put(GOOD, card("B"));
    answers((method) =>
      method === "REPORT" ? { status: 207, headers: XML, body } : undefined,
    );
    const items = await read(BAD, GOOD);
    expect(items.map((item) => item?.canonical.fields)).toEqual([
      { lastName: "A" },
      { lastName: "B" },
    ]);
  });

  it.each([
    "__proto__",
    "constructor",
    "toString",
    "has-own-property",
    "isPrototypeOf",
  ])("loses no row to the name of a property: %s", async (name) => {
    answers((method) =>
      method === "REPORT" || method === "PROPFIND"
        ? multistatus(row(GOOD, [`<d:${name}><d:x>1</d:x></d:${name}>`]))
        : undefined,
    );
    await expect(on.port.changes()).rejects.toMatchObject({ kind: "rejected" });
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("with 100,000 rows and addresses of a megabyte is a list all the same", async () => {
    const before = live();
    const rows = function* () {
      yield String(multistatus("@@").body).split("@@")[0]!;
      for (let from = 0; from < 100_000; from += 1_000)
        yield Array.from({ length: 1_000 }, (_, n) =>
          row(`${BOOK}${from + n}.vcf`, [
            `<d:getetag>"${from + n}"</d:getetag>`,
          ]),
        ).join("");
      for (let n = 0; n < 10; n++)
        yield row(`${BOOK}${"x".repeat(MIB)}${n}.vcf`, []);
      yield "<d:sync-token>t</d:sync-token></d:multistatus>";
    };
    answers((method) =>
      method === "REPORT"
        ? { status: 207, headers: XML, chunks: rows() }
        : undefined,
    );
    const { changes, more } = await on.port.changes();
    expect(changes).toHaveLength(100_010);
    expect(more).toBe(false);
    expect(changes[99_999]).toEqual({
      id: `${BOOK}99999.vcf`,
      version: '"99999"',
      gone: false,
    });
    expect(live() - before).toBeLessThan(100 * MIB);
  }, 30_000);
});

it("a message of an error says nothing of what came", async () => {
  answers((method) =>
    method === "REPORT" || method === "PROPFIND"
      ? { status: 207, headers: XML, body: "<d:multistatus>Frau Geheim" }
      : undefined,
  );
  const error = await on.port.changes().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: "transient" });
  expect(`${String(error)}${JSON.stringify(error)}`).not.toContain("Geheim");
  expect(await on.port.create(identity(1), person())).toHaveProperty("id");
});
