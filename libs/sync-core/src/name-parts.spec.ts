import { expect, it } from "vitest";
import { nameTraits } from "./name-parts.js";

const named = (firstName: string, lastName: string) =>
  nameTraits({ firstName, lastName });

it.each([
  ["Anna", "Müller-Lüdenscheidt", ["anna", "luedenscheidt", "mueller"]],
  ["Dr.", "med. Anna Müller", ["anna", "mueller"]],
  ["Dr. rer. nat. Anna", "Müller", ["anna", "mueller"]],
  ["Dipl.-Ing. Anna", "Müller", ["anna", "mueller"]],
  ["Anna", "Müller, Dr. phil.", ["anna", "mueller"]],
  ["Ing. Anna", "Müller", ["anna", "mueller"]],
  ["", "Dr. med. Müller", ["mueller"]],
  ["Herr", "Müller", ["mueller"]],
  ["", "Frau Prof. Müller", ["mueller"]],
  ["Phil", "Müller", ["mueller", "phil"]],
  ["Dr. Phil", "Müller", ["mueller", "phil"]],
  ["Anna", "Herr", ["anna", "herr"]],
  ["Dr.", "Frau", ["frau"]],
  ["", "Dr. Prof.", ["dr", "prof"]],
  ["", " – ", []],
])("%s %s", (firstName, lastName, parts) => {
  expect(named(firstName, lastName).name).toEqual(parts);
});

it("says which are given names, where somebody does", () => {
  expect(named("Dr. Anna Maria", "Müller").given).toEqual(["anna", "maria"]);
  expect(named("Herr", "Bernd Müller").given).toEqual([]);
  expect(nameTraits({ name: "Müller GmbH" })).toEqual({
    name: ["gmbh", "mueller"],
    given: [],
  });
});

it("a firm keeps its name", () => {
  expect(nameTraits({ name: "Herr GmbH" }).name).toEqual(["gmbh", "herr"]);
  expect(nameTraits({ name: "Phil Reisen" }).name).toEqual(["phil", "reisen"]);
});
