import { RECORD_KINDS } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { identityOf } from "./identity.js";

const TENANT = "0b1f6d3c-5a64-4a53-9d0c-6f9a1c2b3d4e";
const OTHER = "7d0c5f54-17e9-4c70-a3a5-3f1f9f3f2b60";

describe("the identity of a record outside", () => {
  it("never changes: these uids, made with another implementation, are on items that exist", () => {
    expect(identityOf(TENANT, "customer", "4711").uid).toBe(
      "e39e75eb-0e32-5290-be37-8848f17bc8af",
    );
    expect(identityOf(TENANT, "appointment", "4711").uid).toBe(
      "eabed3af-b182-5d72-a56d-0b7dc9004e2c",
    );
  });

  it("is a lower-case UUID of version 5", () => {
    expect(identityOf(TENANT, "company", "9223372036854775807").uid).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
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
});
