import { Refusal } from "../http/refusal.js";

/** Types that a property may be of, and how Graph writes their values as strings. */
const SCALARS = [
  ...["ApplicationTime", "Binary", "Boolean", "CLSID", "Currency", "Double"],
  ...["Error", "Float", "Integer", "Long", "Null", "Object", "Short"],
  ...["String", "SystemTime"],
];

/** MAPI property tags whose type MS-OXPROPS fixes: asking for another one is refused. */
const TAGS: Readonly<Record<number, string>> = {
  0x3a02: "String", // initials of a generation
  0x3a08: "String", // business telephone
  0x3a1c: "String", // mobile telephone
  0x3a23: "String", // primary fax
  0x3a24: "String", // business fax
  0x3a25: "String", // home fax
  0x3a42: "SystemTime", // birthday
  0x3a4d: "Short", // gender
  0x3a51: "String", // business home page
};

const COMMON = "00062008-0000-0000-c000-000000000046";
const NAMED: Readonly<Record<string, string>> = {
  [`${COMMON}:34106`]: "StringArray", // 0x853A Contacts
  [`${COMMON}:34181`]: "Binary", // 0x8585 ContactLinkEntry
  [`${COMMON}:34182`]: "String", // 0x8586 ContactLinkName
};

export interface ExtendedId {
  /** The same for all spellings of one property. */
  readonly key: string;
  readonly type: string;
  readonly many: boolean;
  /** As Graph writes it. */
  readonly text: string;
}

const refused = (message: string): Refusal =>
  new Refusal(400, "ErrorInvalidParameter", message);

const SHAPE =
  /^(\w+)\s+(?:(0x[0-9a-f]+)|(\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?)\s+(?:Name\s+(.+)|Id\s+(0x[0-9a-f]+|\d+)))$/i;

/** Compared without case, as Graph does; names of named properties are kept. */
export function extendedId(id: string): ExtendedId {
  const [, asked = "", tag, set, name, number] = SHAPE.exec(id.trim()) ?? [];
  const type = typeNamed(asked);
  if (type === undefined || (tag === undefined && set === undefined))
    throw refused(
      "PropertyId values may only be in one of the following formats: 'MapiPropertyType namespaceGuid Name propertyName', 'MapiPropertyType namespaceGuid Id propertyId' or 'MapiPropertyType propertyTag'.",
    );
  if (tag !== undefined) {
    fits(id, type, TAGS[Number(tag)]);
    return made(type, `0x${Number(tag).toString(16)}`);
  }
  const guid = (set ?? "").replaceAll(/[{}]/g, "").toLowerCase();
  if (name !== undefined) return made(type, `{${guid}} Name ${name}`);
  fits(id, type, NAMED[`${guid}:${Number(number)}`]);
  return made(type, `{${guid}} Id 0x${Number(number).toString(16)}`);
}

const made = (type: string, rest: string): ExtendedId => ({
  key: `${type} ${rest}`.toLowerCase(),
  type,
  many: type.endsWith("Array"),
  text: `${type} ${rest}`,
});

const typeNamed = (asked: string): string | undefined => {
  const wanted = asked.toLowerCase();
  return [...SCALARS, ...SCALARS.map((one) => `${one}Array`)].find(
    (one) => one.toLowerCase() === wanted,
  );
};

/** facts/graph.md: `Integer 0x3A4D` is wrong, gender is a Short. */
function fits(id: string, type: string, known: string | undefined): void {
  if (known !== undefined && known !== type)
    throw refused(
      `The property type '${type}' of '${id}' does not match the type '${known}' of the property.`,
    );
}

const RANGES: Readonly<Record<string, number>> = {
  Short: 2 ** 15,
  Integer: 2 ** 31,
};

/** Values travel as strings; they must be of the property's type all the same. */
export function checkExtendedValue(id: ExtendedId, value: unknown): string {
  if (typeof value !== "string")
    throw refused(
      `The value of the extended property '${id.text}' must be a string.`,
    );
  const base = id.type.replace(/Array$/, "");
  const range = RANGES[base];
  const fit =
    range !== undefined
      ? /^-?\d+$/.test(value) && Math.abs(Number(value)) < range
      : base === "Boolean"
        ? /^(true|false)$/i.test(value)
        : base !== "SystemTime" || !Number.isNaN(Date.parse(value));
  if (!fit)
    throw refused(
      `The value of the extended property '${id.text}' is no ${base}.`,
    );
  return value;
}
