import type { Quirk } from "@ams-sync/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { contact, QuirkWorld, visit } from "./testing/quirk-world.js";
import { NOT_KEPT } from "./testing/quirk-ways.js";

let world: QuirkWorld;
beforeAll(async () => {
  world = await QuirkWorld.start(13);
});
afterAll(() => world?.stop());

/** A server that takes an item and leaves out a line of it, as long as `on` says so. */
const without = (line: RegExp, on = () => true): Quirk => ({
  name: "without-line",
  sentence: "A line of an item is not stored.",
  tells: true,
  behave: async (request, next, { acted }) => {
    if (request.method !== "PUT" || !on()) return next(request);
    const text = request.body.toString();
    const kept = text.replace(line, "");
    if (kept !== text) acted();
    return next({ ...request, body: Buffer.from(kept) });
  },
});

const GENDER = /X-GENDER[^\r\n]*\r\n/;
const FAX = /TEL;TYPE=HOME,FAX[^\r\n]*\r\n/;
const FIELDS = {
  gender: { line: GENDER, value: "female" },
  fax: { line: FAX, value: "0351 3" },
} as const;
type Name = keyof typeof FIELDS;

const begin = async (name: Name, more: readonly "put-without-etag"[] = []) => {
  let lossy = true;
  const { line, value } = FIELDS[name];
  const own = world.account({
    quirks: [...more, without(line, () => lossy)],
  });
  own.commit(["1", "2", "3"].map((id) => contact(id, { [name]: value })));
  await own.settle();
  expect(world.proxy.hits.of("without-line")).toBeGreaterThan(0);
  const held = (id: string): unknown => {
    const values: object = own.ams.records.get(`customer/${id}`)?.values ?? {};
    return Object.entries(values).find(([field]) => field === name)?.[1];
  };
  const look = async () => {
    await own.clock.advance(60 * 60_000);
    own.lookOverAll();
    await own.settle();
  };
  const mend = () => {
    lossy = false;
  };
  return { own, held, look, mend, value };
};

const CASES = [
  ["gender", []],
  ["fax", []],
  ["gender", ["put-without-etag"]],
  ["fax", ["put-without-etag"]],
] as const;

it.each(CASES)(
  "a server that does not keep %s does not empty it in ams, %j",
  async (name, more) => {
    const { own, held, look, value } = await begin(name, more);
    try {
      await look();
      await own.note(own.hrefOf("contacts", "1"));
      await look();
      await look();
      expect(["1", "2", "3"].map(held)).toEqual([value, value, value]);
      // Not sent again and again either.
      expect(await own.again()).toEqual({ writes: 0, created: 0 });
    } finally {
      await own.close();
    }
  },
);

it.each(CASES)(
  "%s that a server does not keep comes in once it is entered there, %j",
  async (name, more) => {
    const { own, held, look, mend, value } = await begin(name, more);
    try {
      mend();
      const href = own.hrefOf("contacts", "1");
      const { text } = await own.raw("GET", href);
      const line =
        name === "fax" ? "TEL;TYPE=HOME,FAX:0351 4" : "X-GENDER:Male";
      const body = text.replace("END:VCARD", `${line}\r\nEND:VCARD`);
      await own.raw("PUT", href, { body });
      await look();
      const entered = name === "fax" ? "0351 4" : "male";
      expect([held("1"), held("2")]).toEqual([entered, value]);
      // It is agreed on from then on: taken away there, it goes.
      await own.raw("PUT", href, { body: text });
      await look();
      expect([held("1"), held("2")]).toEqual([null, value]);
    } finally {
      await own.close();
    }
  },
);

it.each(CASES)(
  "%s is sent again with the next change, and agreed on once it is kept, %j",
  async (name, more) => {
    const { own, held, look, mend, value } = await begin(name, more);
    try {
      mend();
      own.commit([contact("1", { [name]: value, city: "Bonn" })]);
      await own.settle();
      const href = own.hrefOf("contacts", "1");
      const { text } = await own.raw("GET", href);
      const { line } = FIELDS[name];
      expect(text).toMatch(line);
      await own.raw("PUT", href, { body: text.replace(line, "") });
      await look();
      expect([held("1"), held("2")]).toEqual([null, value]);
    } finally {
      await own.close();
    }
  },
);

it.each(NOT_KEPT)(
  "%s: gender, telephone numbers and remarks stay in ams, whoever writes next",
  async (quirk) => {
    const own = world.account({ quirks: [quirk] });
    try {
      const numbers = {
        mobile: "0170 1",
        fax: "0351 3",
        phonePrivate: "0351 1",
      };
      const people = ["1", "2"].map((id) =>
        contact(id, { gender: "female", ...numbers }),
      );
      const visits = ["3", "4"].map((id) => visit(id, { remark: "Police" }));
      own.commit([...people, ...visits]);
      await own.settle();
      expect(world.proxy.hits.of(quirk)).toBeGreaterThan(0);
      const look = async () => {
        await own.clock.advance(60 * 60_000);
        own.lookOverAll();
        await own.settle();
      };
      await own.note(own.hrefOf("contacts", "1"));
      await look();
      own.commit([visit("3", { remark: "Police", reason: "Beratung" })]);
      await look();
      for (const key of ["customer/1", "customer/2"])
        expect(own.ams.records.get(key)?.values).toMatchObject({
          ...{ gender: "female", ...numbers },
        });
      for (const key of ["appointment/3", "appointment/4"])
        expect(own.ams.records.get(key)?.values).toMatchObject({
          remark: "Police",
        });
      expect(await own.again()).toEqual({ writes: 0, created: 0 });
    } finally {
      await own.close();
    }
  },
);
