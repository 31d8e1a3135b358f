import { CITIES, type City } from "./cities.js";
import type { Dice } from "./dice.js";

const COMMON_LAST_NAMES = [
  "Müller",
  "Schäfer",
  "Schröder",
  "Köhler",
  "Krüger",
  "Weiß",
  "Jäger",
  "Groß",
  "Böhm",
  "Strauß",
  "Yıldız",
  "Öztürk",
  "Nguyễn",
  "Kowalczyk",
  "Lefèvre",
  "Schmidt",
  "Fischer",
  "Becker",
];
const NOBLE = ["von", "von der", "zu", "Freiherr von", "Gräfin von", "van"];
const TITLES = ["Dr.", "Dr.", "Dr. med.", "Prof. Dr.", "Dipl.-Ing."];
const MAIL_HOSTS = ["post.example", "web.example", "online.example"];

export interface Person {
  readonly sex: "female" | "male";
  readonly firstName: string;
  readonly lastName: string;
}

export function person(dice: Dice): Person {
  const sex = dice.pick(["female", "male"] as const);
  return { sex, firstName: firstName(dice, sex), lastName: lastName(dice) };
}

function firstName(dice: Dice, sex: Person["sex"]): string {
  let name = dice.faker.person.firstName(sex);
  if (dice.chance(5))
    name += dice.pick(["-", " "]) + dice.faker.person.firstName(sex);
  // ams has no column for a title: people write it before the first name.
  return dice.chance(4) ? `${dice.pick(TITLES)} ${name}` : name;
}

function lastName(dice: Dice): string {
  const name = dice.chance(25)
    ? dice.pick(COMMON_LAST_NAMES)
    : dice.faker.person.lastName();
  if (dice.chance(6)) return `${name}-${dice.pick(COMMON_LAST_NAMES)}`;
  return dice.chance(1.5) ? `${dice.pick(NOBLE)} ${name}` : name;
}

export interface Address {
  readonly street: string | null;
  readonly country: string | null;
  readonly postalCode: string | null;
  readonly city: string | null;
  readonly areaCode: string;
}

export function address(dice: Dice): Address {
  const city: City = dice.pick(CITIES);
  const street = `${dice.faker.location.street()} ${dice.between(1, 180)}${dice.chance(8) ? dice.pick(["a", "b", " c", "/1"]) : ""}`;
  const known = dice.chance(96);
  return {
    street: known ? dice.maybe(97, street) : null,
    country: dice.maybe(
      city.country === "Deutschland" ? 85 : 100,
      city.country,
    ),
    postalCode: known ? city.postalCode : null,
    city: known ? city.name : null,
    areaCode: city.areaCode,
  };
}

/** Written as people write them: with slash, brackets, dashes, country code. */
export function phone(dice: Dice, areaCode: string): string {
  const number = dice.digits(dice.between(5, 8));
  if (areaCode.startsWith("+")) return `${areaCode} ${number}`;
  return dice.pick([
    `${areaCode} ${number}`,
    `${areaCode}/${number}`,
    `(${areaCode}) ${number.slice(0, 2)} ${number.slice(2)}`,
    `+49 ${areaCode.slice(1)} ${number}`,
    `${areaCode}/${number}-${dice.between(0, 99)}`,
  ]);
}

export function mobile(dice: Dice): string {
  const network = dice.pick(["0151", "0160", "0171", "0172", "0176", "0179"]);
  const number = dice.digits(8);
  return dice.pick([
    `${network} ${number}`,
    `${network}/${number}`,
    `+49 ${network.slice(1)} ${number}`,
  ]);
}

/** Reserved domains only (RFC 2606): no mail from a test can reach anybody. */
export function email(dice: Dice, name: string): string {
  const words = name.replace(/^(Prof\. )?(Dr\.|Dipl\.-Ing\.)( med\.)? /, "");
  return `${domainWord(words, ".")}${dice.maybe(40, dice.int(100)) ?? ""}@${dice.pick(MAIL_HOSTS)}`;
}

export function webPage(dice: Dice, name: string): string {
  const host = `www.${domainWord(name, "-")}.example`;
  return dice.pick([`https://${host}/`, host, `http://${host}`]);
}

function domainWord(name: string, separator: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll("ä", "ae")
    .replaceAll("ö", "oe")
    .replaceAll("ü", "ue")
    .replaceAll("ß", "ss")
    .replaceAll("ı", "i")
    .normalize("NFD")
    .replace(/\p{M}/gu, "");
  return plain
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "")
    .join(separator);
}
