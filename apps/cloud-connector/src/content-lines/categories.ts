import { tidy } from "@ams-sync/sync-core";
import { linesOf } from "./component.js";
import type { Component } from "./component.js";
import { splitList } from "./escape.js";

/** RFC 2426 3.7.1, RFC 6350 6.7.1, RFC 5545 3.8.1.2: several properties, each a list. */
export const categoriesOf = (component: Component): readonly string[] => [
  ...new Set(
    linesOf(component, "CATEGORIES")
      .flatMap(({ value }) => splitList(value))
      .map(tidy)
      .filter((category) => category !== ""),
  ),
];
