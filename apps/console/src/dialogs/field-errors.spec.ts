import { expect, it } from "vitest";
import { fieldOf } from "./field-errors.js";

it.each([
  ["/serverUrl", "serverUrl"],
  ["/contacts/tags/3", "contacts.tags"],
  ["/contacts/container", "contacts.container"],
  ["/contacts/unheard/of", "contacts.on"],
  ["/appointments", "appointments.on"],
  ["/system", undefined],
  ["", undefined],
])("%s is shown at %s", (pointer, field) => {
  expect(fieldOf(pointer)).toBe(field);
});
