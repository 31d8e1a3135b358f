import { tidy } from "@ams-sync/sync-core";
import type { ContactField } from "@ams-sync/sync-core";
import {
  addLine,
  linesOf,
  makeLine,
  paramOf,
  removeLines,
  replaceNode,
  withValue,
} from "../content-lines/index.js";
import type { Line } from "../content-lines/index.js";
import type { Card, FieldMapping } from "./card.js";

export interface OneValue {
  readonly field: ContactField;
  readonly property: string;
  /** Which of the properties of that name can be this field. */
  readonly fits?: (line: Line) => boolean;
  /** Where the property serves another field as well: what it is once it serves only that one. */
  readonly apart?: (line: Line) => Line | undefined;
  /** Parameters of a new one. */
  readonly params?: (card: Card) => readonly string[];
  readonly encode: (text: string) => string;
  readonly decode: (line: Line) => string;
}

/** A field that is one property of its own. The others of its kind are kept as they are. */
export function oneValue(mapping: OneValue): FieldMapping {
  const { field, property, encode, decode } = mapping;
  const ours = (card: Card): Line | undefined => {
    const candidates = linesOf(card.component, property).filter(
      (line) => mapping.fits?.(line) ?? true,
    );
    const known = card.known[field];
    return (
      candidates.find(
        (line) => known !== undefined && tidy(decode(line)) === known,
      ) ?? candidates[0]
    );
  };
  return {
    fields: [field],
    read(card) {
      const line = ours(card);
      return line === undefined ? {} : { [field]: decode(line) };
    },
    write(card, changes) {
      const line = ours(card);
      const text = changes.get(field);
      const apart = line && mapping.apart?.(line);
      if (line === undefined || apart !== undefined) {
        const others =
          line && apart
            ? replaceNode(card.component, line, apart)
            : card.component;
        if (text === undefined) return others;
        const params = mapping.params?.(card) ?? [];
        return addLine(others, makeLine(property, encode(text), params));
      }
      if (text === undefined) return removeLines(card.component, [line]);
      return replaceNode(card.component, line, revalued(line, encode(text)));
    },
  };
}

/** A number that stood there as a `tel:` URI (RFC 6350 6.4.1) is one no longer: ams has numbers as people type them. */
function revalued(line: Line, value: string): Line {
  return line.name === "TEL" && paramOf(line, "VALUE") !== undefined
    ? withValue(line, value, ["VALUE"], ["VALUE=text"])
    : withValue(line, value);
}
