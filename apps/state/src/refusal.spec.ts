import { Invalid } from "@ams-sync/contracts/reading";
import { ServerError, Status } from "nice-grpc-common";
import { expect, it } from "vitest";
import { Refusal, refusing, toServerError } from "./refusal.js";

it.each([
  ["unknown", Status.NOT_FOUND],
  ["lease-lost", Status.ABORTED],
  ["moved", Status.ABORTED],
  ["not-now", Status.FAILED_PRECONDITION],
  ["taken", Status.ALREADY_EXISTS],
] as const)("answers %s with status %i and its sentence", (kind, status) => {
  const error = toServerError(new Refusal(kind, "Satz."));
  expect(error).toBeInstanceOf(ServerError);
  expect(error).toMatchObject({ code: status, details: "Satz." });
});

it.each<[string, { code?: string; message?: string }]>([
  ["a deadlock", { code: "40P01" }],
  ["a server that shuts down", { code: "57P01" }],
  ["a server that is not there", { code: "ECONNREFUSED" }],
  [
    "a connection that broke",
    { message: "Connection terminated unexpectedly" },
  ],
  [
    "a statement on a connection that broke before",
    {
      message: "Client has encountered a connection error and is not queryable",
    },
  ],
  [
    "a statement on a connection that was closed",
    { message: "Client was closed and is not queryable" },
  ],
])("asks to try again after %s, without its text", (_what, properties) => {
  const error = toServerError(
    Object.assign(new Error("Key (item_id)=(Müller)"), properties),
  );
  expect(error).toMatchObject({ code: Status.UNAVAILABLE });
  expect(String(error)).not.toContain("Müller");
});

it("leaves other errors to those who log them", () => {
  const error = Object.assign(new Error("x"), { code: "23505" });
  expect(toServerError(error)).toBe(error);
});

it("answers a message that says what it must not with its sentence", () => {
  expect(toServerError(new Invalid("limit must be more."))).toMatchObject({
    ...{ code: Status.INVALID_ARGUMENT, details: "limit must be more." },
  });
});

it("wraps every method", async () => {
  const service = refusing({
    fails: async () => {
      throw new Refusal("taken", "Vergeben.");
    },
    works: async (request: number) => request + 1,
  });
  await expect(service.fails()).rejects.toMatchObject({
    code: Status.ALREADY_EXISTS,
  });
  expect(await service.works(1)).toBe(2);
});
