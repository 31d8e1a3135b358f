import { RECORD_KINDS } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { identityOf, recordOfUid } from "./identity.js";

const TENANT = "0b1f6d3c-5a64-4a53-9d0c-6f9a1c2b3d4e";
const OTHER = "7d0c5f54-17e9-4c70-a3a5-3f1f9f3f2b60";
const LARGEST = "9223372036854775807";

describe("the identity of a record outside", () => {
  it("never changes: these uids, made with another implementation, are on items that exist", () => {
    expect(identityOf(TENANT, "customer", "4711").uid).toBe(
      "00000000-0000-8093-8e5b-d0982af56861",
    );
    expect(identityOf(TENANT, "appointment", "4711").uid).toBe(
      "c0000000-0000-8093-8e54-622fe270e630",
    );
    expect(identityOf(TENANT, "company", LARGEST).uid).toBe(
      "7fffffff-ffff-8fff-bff0-2f999d4c1200",
    );
  });

  it("is a lower-case UUID of version 8", () => {
    expect(identityOf(TENANT, "company", LARGEST).uid).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it("is another one for every tenant, kind and id", () => {
    const uids = [TENANT, OTHER].flatMap((tenant) =>
      RECORD_KINDS.flatMap((kind) =>
        ["1", "11", "111"].map((id) => identityOf(tenant, kind, id).uid),
      ),
    );
    expect(new Set(uids).size).toBe(uids.length);
  });

  it("does not depend on how the tenant's id is written", () => {
    expect(identityOf(TENANT.toUpperCase(), "agent", "3")).toEqual(
      identityOf(TENANT, "agent", "3"),
    );
  });

  it("is none of what no row can have as its id", () => {
    expect(() => identityOf(TENANT, "agent", "9223372036854775808")).toThrow(
      RangeError,
    );
    expect(() => identityOf(TENANT, "agent", "-1")).toThrow(RangeError);
  });
});

describe("the record of a uid", () => {
  it.each(
    RECORD_KINDS.flatMap((kind) =>
      ["0", "1", "4711", LARGEST].map((id) => ({ kind, id })),
    ),
  )("is $kind $id, however the uid is written", ({ kind, id }) => {
    const { uid } = identityOf(TENANT, kind, id);
    expect(recordOfUid(TENANT, uid)).toEqual({ kind, id });
    expect(recordOfUid(TENANT, ` ${uid.toUpperCase()}`)).toEqual({ kind, id });
  });

  it.each([
    ["another tenant's", identityOf(OTHER, "customer", "4711").uid],
    ["one digit off", "00000000-0000-8093-8e5b-d0982af56860"],
    ["another record's hash", "00000000-0000-8094-8e5b-d0982af56861"],
    ["of another version", "e39e75eb-0e32-5290-be37-8848f17bc8af"],
    ["no UUID", "20240331T093000Z-4711@firma.example"],
    ["empty", ""],
  ])("is none where it is %s", (_what, uid) => {
    expect(recordOfUid(TENANT, uid)).toBeUndefined();
  });
});
