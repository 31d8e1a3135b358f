import { expect, it } from "vitest";
import { givenNames } from "./given-names.js";

it.each<[string, string, string, string | undefined, string]>([
  ["of somebody unknown", "Hans", "Peter", undefined, "Hans Peter"],
  ["as agreed", "Hans", "Peter", "Hans Peter", "Hans Peter"],
  ["the first is corrected", "Johann", "Peter", "Hans Peter", "Johann Peter"],
  ["the second is corrected", "Hans", "Paul", "Hans Peter", "Hans Paul"],
  ["the second goes", "Hans", "", "Hans Peter", "Hans"],
  ["the first goes", "", "Peter", "Hans Peter", "Peter"],
  ["all is replaced", "Eva", "Maria", "Hans Peter", "Eva Maria"],
  ["one more in the first", "Johann Karl", "P.", "Hans P.", "Johann Karl P."],
  ["ams has only the first", "Hans", "Peter", "Hans", "Hans"],
  ["and it is corrected", "Johann", "Peter", "Hans", "Johann"],
  ["the first holds all", "Hans Peter", "Otto", "Hans Peter", "Hans Peter"],
  ["ams emptied it", "", "Peter", undefined, ""],
  ["ams emptied the only one", "", "Peter", "Hans", ""],
  ["only the second was agreed", "", "Peter", "Peter", "Peter"],
  [
    "the second is the first's end",
    "Karl Otto",
    "Otto",
    "Karl Otto",
    "Karl Otto",
  ],
  ["untidy", " Hans ", " Peter Paul ", "Hans Peter Paul", "Hans Peter Paul"],
])("%s: %j and %j, known %j, are %j", (_, given, further, known, names) => {
  const before = known === undefined ? {} : { firstName: known };
  expect(givenNames(given, further, before)).toBe(names);
  // Once it is agreed it stays so.
  const agreed = names === "" ? {} : { firstName: names };
  expect(givenNames(given, further, agreed)).toBe(names);
});
