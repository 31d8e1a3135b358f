export const GENDERS = ["female", "male", "diverse"] as const;
export type Gender = (typeof GENDERS)[number];

/** What ams and its imports have written into the column over the years. */
const WORDS: ReadonlyMap<string, Gender> = new Map([
  ["w", "female"],
  ["f", "female"],
  ["weiblich", "female"],
  ["frau", "female"],
  ["female", "female"],
  ["m", "male"],
  ["männlich", "male"],
  ["maennlich", "male"],
  ["herr", "male"],
  ["male", "male"],
  ["d", "diverse"],
  ["x", "diverse"],
  ["divers", "diverse"],
  ["diverse", "diverse"],
]);

export const parseGender = (text: string): Gender | undefined =>
  WORDS.get(text.normalize("NFC").trim().toLowerCase());
