import { expect, it } from "vitest";
import { describeError } from "../logging/redaction.js";
import { startFailure } from "./start-failure.js";

it.each([
  ["ECONNREFUSED", new Error("connect ECONNREFUSED 127.0.0.1:1")],
  ["28P01", new Error('password authentication failed for user "müller"')],
  ["3D000", new Error('database "größe" does not exist')],
])("leaves the stack out where %s says enough", (code, error) => {
  const told = describeError(startFailure(Object.assign(error, { code })));
  expect(told).toEqual({ type: "Error", message: error.message, code });
});

it("names the code where several addresses did not answer", () => {
  const error = Object.assign(new AggregateError([]), { code: "ECONNREFUSED" });
  expect(describeError(startFailure(error)).message).toBe("ECONNREFUSED");
});

it.each([new TypeError("x is not a function"), "text", undefined])(
  "leaves %s as it is",
  (error) => {
    expect(startFailure(error)).toBe(error);
  },
);
