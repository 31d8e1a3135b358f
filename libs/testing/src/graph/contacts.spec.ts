import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  asking,
  IMMUTABLE,
  outcome,
  type Ask,
} from "../testing/graph-client.js";
import { startGraph, type Graph, type OutlookUser } from "./index.js";

const OWN = "String {5c1d8f6e-0a0b-4c8e-9a51-6f2f9d1f0c11} Name amsId";

let graph: Graph;
let anna: OutlookUser;
let ask: Ask;
let folder: string;
let contacts: string;

beforeAll(async () => {
  graph = await startGraph({ strict: false });
  anna = graph.mailbox("anna@makler.example");
  ask = await asking(graph);
  folder = anna.folders.add("ams");
  contacts = `/users/${anna.address}/contactFolders/${folder}/contacts`;
});
afterAll(() => graph.stop());

const make = async (body: object) => {
  const got = await ask("POST", contacts, body);
  expect(got.status).toBe(201);
  return String(got.body["id"]);
};

describe("contacts", () => {
  it("are created, read, changed and deleted", async () => {
    const id = await make({ givenName: "Erika", surname: "Muster" });
    expect(anna.contacts.get(id)).toMatchObject({
      displayName: "Erika Muster",
      parentFolderId: folder,
    });
    const changed = await ask("PATCH", `${contacts}/${id}`, {
      surname: "Meier",
      homePhones: ["030 1"],
    });
    expect(changed.body).toMatchObject({
      givenName: "Erika",
      displayName: "Erika Meier",
      homePhones: ["030 1"],
    });
    expect(outcome(await ask("DELETE", `${contacts}/${id}`))).toBe("204");
    expect(outcome(await ask("GET", `${contacts}/${id}`))).toBe(
      "404 ErrorItemNotFound",
    );
  });

  it("keep what a PATCH omits, within an address too, and lose what it sets to null", async () => {
    const id = await make({
      givenName: "Max",
      profession: "Koch",
      homeAddress: { street: "Weg 1", city: "Ulm" },
      businessPhones: ["1"],
    });
    await ask("PATCH", `${contacts}/${id}`, {
      profession: null,
      homeAddress: { street: "Weg 2" },
      businessPhones: [],
    });
    expect(anna.contacts.get(id)).toMatchObject({
      givenName: "Max",
      profession: null,
      homeAddress: { street: "Weg 2", city: "Ulm" },
      businessPhones: [],
    });
  });

  it("obey If-Match", async () => {
    const id = await make({ givenName: "A" });
    const { body } = await ask("GET", `${contacts}/${id}`);
    anna.contacts.edit(id, { nickName: "B" });
    const etag = { "if-match": String(body["@odata.etag"]) };
    const patch = { nickName: "C" };
    expect(outcome(await ask("PATCH", `${contacts}/${id}`, patch, etag))).toBe(
      "412 ErrorIrresolvableConflict",
    );
    expect(anna.contacts.get(id)?.["nickName"]).toBe("B");
    expect(
      outcome(await ask("DELETE", `${contacts}/${id}`, undefined, etag)),
    ).toBe("412 ErrorIrresolvableConflict");
  });

  it.each([
    ["a property that the type lacks", { fax: "1" }, "400 RequestBodyRead"],
    ["a number for a text", { surname: 1 }, "400 RequestBodyRead"],
    ["a text for a list", { homePhones: "1" }, "400 RequestBodyRead"],
    ["null for a list", { categories: null }, "400 RequestBodyRead"],
    [
      "a date without a time",
      { birthday: "1980-05-04" },
      "400 RequestBodyRead",
    ],
    [
      "a property that an address lacks",
      { homeAddress: { zip: "1" } },
      "400 RequestBodyRead",
    ],
    ["what only Graph sets", { changeKey: "x" }, "400 ErrorInvalidPropertySet"],
    ["no JSON", "{", "400 BadRequest"],
  ])("refuse %s", async (_what, body, expected) => {
    expect(outcome(await ask("POST", contacts, body))).toBe(expected);
  });

  it("have ids that differ in the case of one letter", async () => {
    const ids = [];
    for (let n = 0; n < 3; n += 1) ids.push(await make({ givenName: `${n}` }));
    const folded = new Set(ids.map((id) => id.toLowerCase()));
    expect(folded.size).toBeLessThan(3);
    for (const [n, id] of ids.entries())
      expect(anna.contacts.get(id)?.["givenName"]).toBe(`${n}`);
  });

  it("have ids that last only for who asks for them", async () => {
    const id = await make({ givenName: "Immer" });
    const movable = await ask("GET", contacts, undefined, { prefer: "" });
    const list = movable.body.value as { id: string; givenName: string }[];
    expect(list.map((one) => one.id)).not.toContain(id);
    const plain = { prefer: "" };
    expect(
      outcome(await ask("GET", `${contacts}/${id}`, undefined, plain)),
    ).toBe("400 ErrorInvalidIdMalformed");
    anna.contacts.move(id);
    const path = `/users/${anna.address}/contacts`;
    expect(outcome(await ask("GET", `${path}/${id}`))).toBe("200");
    const old = (await ask("GET", contacts, undefined, { prefer: IMMUTABLE }))
      .body.value as { id: string }[];
    expect(old.map((one) => one.id)).not.toContain(id);
  });
});

describe("extended properties", () => {
  const single = (id: string, value: unknown) => ({
    singleValueExtendedProperties: [{ id, value }],
  });

  it("are found by and shown when asked for", async () => {
    const id = await make({ givenName: "X", ...single(OWN, "c-1") });
    await make({ givenName: "Y", ...single(OWN, "c-2") });
    const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${OWN}' and ep/value eq 'c-1')`;
    const expand = `singleValueExtendedProperties($filter=id eq '${OWN}')`;
    const query = new URLSearchParams({
      $filter: filter,
      $expand: expand,
      $select: "givenName",
    });
    const { body } = await ask("GET", `${contacts}?${query}`);
    expect(body.value).toEqual([
      {
        "@odata.etag": expect.any(String),
        id,
        givenName: "X",
        singleValueExtendedProperties: [
          { id: expect.stringMatching(/amsId$/), value: "c-1" },
        ],
      },
    ]);
    const bare = await ask("GET", `${contacts}/${id}`);
    expect(bare.body["singleValueExtendedProperties"]).toBeUndefined();
  });

  it("stay when a PATCH does not name them", async () => {
    const id = await make({ ...single("Short 0x3A4D", "2") });
    await ask("PATCH", `${contacts}/${id}`, single("String 0x3a24", "1"));
    expect(
      anna.contacts.get(id)?.["singleValueExtendedProperties"],
    ).toHaveLength(2);
  });

  it.each([
    ["Integer 0x3A4D", "2"],
    ["Short 0x3A4D", "female"],
    ["Short 0x3A4D", 2],
    ["Short 0x3A4D", "40000"],
    ["Integer 0x3A24", "1"],
    ["String 3A24", "1"],
    ["Text 0x3A24", "1"],
    ["String {not-a-guid} Name x", "1"],
    [OWN, null],
  ])("refuse %s = %s", async (id, value) => {
    expect(outcome(await ask("POST", contacts, single(id, value)))).toBe(
      "400 ErrorInvalidParameter",
    );
  });

  it.each([
    "singleValueExtendedProperties/Any(ep: ep/id eq 'Integer 0x3A4D' and ep/value eq '2')",
    "multiValueExtendedProperties/Any(ep: ep/id eq 'StringArray 0x3A4D')",
    "surname eq Meier",
    "surname equals 'Meier'",
    "surname eq 'Meier",
    "strange eq 'x'",
    "(surname eq 'x'",
  ])("and filters such as %s are refused", async (filter) => {
    const got = await ask(
      "GET",
      `${contacts}?${new URLSearchParams({ $filter: filter })}`,
    );
    expect(got.status).toBe(400);
  });
});

describe("lists", () => {
  it("come in pages of ten, with a link to the next", async () => {
    const id = anna.folders.add("viele");
    for (let n = 0; n < 23; n += 1)
      anna.contacts.add({ givenName: `n${n}` }, id);
    const seen: string[] = [];
    let at = `/users/${anna.address}/contactFolders/${id}/contacts?$select=givenName`;
    let pages = 0;
    while (at !== "") {
      const { body } = await ask("GET", at);
      seen.push(
        ...(body.value as { givenName: string }[]).map((one) => one.givenName),
      );
      at = String(body["@odata.nextLink"] ?? "");
      pages += 1;
    }
    expect(pages).toBe(3);
    expect(new Set(seen).size).toBe(23);
  });

  it.each(["$top=5000", "$select=strange", "$expand=photo", "$foo=1"])(
    "refuse %s",
    async (query) => {
      expect(outcome(await ask("GET", `${contacts}?${query}`))).toBe(
        "400 ErrorInvalidUrlQuery",
      );
    },
  );
});

describe("folders", () => {
  const folders = () => `/users/${anna.address}/contactFolders`;

  it("are listed without the default one, created once, and gone with what is in them", async () => {
    const made = await ask("POST", folders(), { displayName: "Kunden" });
    expect(
      outcome(await ask("POST", folders(), { displayName: "kunden" })),
    ).toBe("409 ErrorFolderExists");
    const { body } = await ask("GET", `${folders()}?$top=100`);
    const names = (body.value as { displayName: string }[]).map(
      (one) => one.displayName,
    );
    expect(names).toContain("Kunden");
    expect(names).not.toContain("Kontakte");
    const at = `${folders()}/${String(made.body["id"])}`;
    const inside = await ask("POST", `${at}/contacts`, { givenName: "Q" });
    expect(outcome(await ask("DELETE", at))).toBe("204");
    expect(outcome(await ask("GET", `${at}/contacts/delta`))).toBe(
      "404 ErrorItemNotFound",
    );
    expect(anna.contacts.get(String(inside.body["id"]))).toBeUndefined();
  });
});
