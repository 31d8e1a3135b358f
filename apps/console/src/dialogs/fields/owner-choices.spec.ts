import { expect, it } from "vitest";
import { ownerChoices } from "./owner-choices.js";

const colleague = (userId: string, name: string) => ({
  ...{ userId, name, login: name, department: "Vertrieb", active: true },
});
const colleagues = [colleague("8", "Groß"), colleague("9", "Weiß")];

it("offers colleagues with the right, and keeps who is not allowed any more to be taken out", () => {
  const page = { mayChooseOthers: true, colleagues };
  expect(ownerChoices(page, ["9", "12"])).toEqual([
    { userId: "8", name: "Groß", allowed: true },
    { userId: "9", name: "Weiß", allowed: true },
    { userId: "12", name: undefined, allowed: false },
  ]);
});

it("offers nobody without the right", () => {
  const page = { mayChooseOthers: false, colleagues };
  expect(ownerChoices(page, [])).toEqual([]);
  expect(ownerChoices(page, ["9"])).toEqual([
    { userId: "9", name: "Weiß", allowed: false },
  ]);
});
