import { propertyOf, split } from "./content-lines.js";

/** What servers make of the lines of an item. Each of these changes nothing more when it is done twice. */
type Rewrite = (lines: readonly string[]) => readonly string[];

/** Runs of properties, that is all between two lines of BEGIN or END, in reverse order of their names. */
export const reordered: Rewrite = (lines) => {
  const result: string[] = [];
  let run: string[] = [];
  const flush = () => {
    const [version, rest] = [
      run.filter((line) => propertyOf(line) === "VERSION"),
      run.filter((line) => propertyOf(line) !== "VERSION"),
    ];
    result.push(...version, ...rest.toSorted(byNameBackwards));
    run = [];
  };
  for (const line of lines)
    if (/^(BEGIN|END):/i.test(line)) {
      flush();
      result.push(line);
    } else run.push(line);
  flush();
  return result;
};

const byNameBackwards = (one: string, other: string): number => {
  const [a, b] = [propertyOf(one), propertyOf(other)];
  return a === b ? 0 : a < b ? 1 : -1;
};

export const withUpperGroups: Rewrite = (lines) =>
  lines.map((line) =>
    line.replace(/^[\w-]+(?=\.[\w-]+[;:])/, (group) => group.toUpperCase()),
  );

export const trimmed: Rewrite = (lines) =>
  lines.map((line) => {
    const [head, value] = split(line);
    const structured = ["N", "ADR", "ORG"].includes(propertyOf(line));
    // An escaped backslash may stand before a semicolon, an escaped semicolon is text.
    const end = structured ? /(?<!\\)(?:\s*;)*\s*$/ : /\s+$/;
    const kept = value.replace(/^\s+/, "").replace(end, "");
    return value === kept ? line : `${head}:${kept}`;
  });

/** As far as the two differ in what addresses books are made of. */
export const asVersion3: Rewrite = (lines) =>
  !lines.includes("VERSION:4.0")
    ? lines
    : lines.map((line) => {
        if (line === "VERSION:4.0") return "VERSION:3.0";
        const [head, value] = split(line);
        const plain = head
          .replace(/;PREF=1(?=[;:]|$)/i, ";TYPE=pref")
          .replace(/;VALUE=(uri|text)(?=[;:]|$)/i, "");
        const text = propertyOf(line) === "TEL" ? telephone(value) : value;
        return propertyOf(line) === "GENDER"
          ? `X-GENDER:${value.charAt(0)}`
          : `${plain}:${text}`;
      });

const telephone = (value: string): string => value.replace(/^tel:/i, "");

export const withClass: Rewrite = (lines) => {
  const has = lines.some((line) => propertyOf(line) === "CLASS");
  return has
    ? lines
    : lines.flatMap((line) =>
        /^END:(VCARD|VEVENT)$/i.test(line) ? ["CLASS:PUBLIC", line] : [line],
      );
};

const NOT_KEPT = ["GENDER", "X-GENDER", "LOCATION", "DESCRIPTION"];

/** Of the telephone numbers the first stays; of an event neither place nor text, those of its alarms do. */
export const withoutSome: Rewrite = (lines) => {
  const inside: string[] = [];
  let numbers = 0;
  return lines.filter((line) => {
    const name = propertyOf(line);
    if (name === "BEGIN") inside.push(split(line)[1].toUpperCase());
    if (name === "END") inside.pop();
    if (name === "TEL") numbers += 1;
    return (
      inside.at(-1) === "VALARM" ||
      (!NOT_KEPT.includes(name) && (name !== "TEL" || numbers === 1))
    );
  });
};

export const withScheduleStatus: Rewrite = (lines) =>
  lines.map((line) => {
    const [head, value] = split(line);
    return propertyOf(line) === "ATTENDEE" && !/;SCHEDULE-STATUS=/i.test(head)
      ? `${head};SCHEDULE-STATUS=1.1:${value}`
      : line;
  });
