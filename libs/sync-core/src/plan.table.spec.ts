import { describe, expect, it } from "vitest";
import {
  decided,
  inputOf,
  ITEMS,
  keysOf,
  LINKS,
  RECORDS,
  WAYS,
} from "./testing/cases.js";

/**
 * The whole table: what is done, and the cell. One outcome: always; two: out only, both ways; four: out only under
 * ams-wins and remote-wins, both ways under ams-wins and remote-wins.
 */
const TABLE = `
no link | unchanged    | unread     | create new
no link | unchanged    | unchanged  | link adopt
no link | unchanged    | changed    | update adopt | link adopt | update adopt | take adopt
no link | unchanged    | gone       | create new
no link | unchanged    | obstructed | obstructed obstructed
no link | changed      | unread     | create new
no link | changed      | unchanged  | update adopt | link adopt | update adopt | take adopt
no link | changed      | changed    | update adopt | link adopt | update adopt | take adopt
no link | changed      | gone       | create new
no link | changed      | obstructed | obstructed obstructed
no link | gone         | unread     | nothing gone
no link | gone         | unchanged  | nothing gone
no link | gone         | changed    | nothing gone
no link | gone         | gone       | nothing gone
no link | gone         | obstructed | nothing gone
no link | out of scope | unread     | nothing out-of-scope
no link | out of scope | unchanged  | nothing out-of-scope
no link | out of scope | changed    | nothing out-of-scope
no link | out of scope | gone       | nothing out-of-scope
no link | out of scope | obstructed | nothing out-of-scope
no link | broken       | unread     | set-aside broken
no link | broken       | unchanged  | set-aside broken
no link | broken       | changed    | set-aside broken
no link | broken       | gone       | set-aside broken
no link | broken       | obstructed | set-aside broken
no link | none         | unread     | nothing foreign | read foreign
no link | none         | unchanged  | nothing foreign | import import
no link | none         | changed    | nothing foreign | import import
no link | none         | gone       | nothing foreign-gone
no link | none         | obstructed | nothing foreign | leave left
link    | unchanged    | unread     | nothing unchanged
link    | unchanged    | unchanged  | nothing agreed
link    | unchanged    | changed    | nothing changed-there | take changed-there
link    | unchanged    | gone       | lose lost-there
link    | unchanged    | obstructed | obstructed obstructed
link    | changed      | unread     | read look
link    | changed      | unchanged  | update changed-here
link    | changed      | changed    | update conflict-ams-wins | nothing conflict-remote-wins | update conflict-ams-wins | take conflict-remote-wins
link    | changed      | gone       | create restore
link    | changed      | obstructed | obstructed obstructed
link    | gone         | unread     | delete tombstone-delete
link    | gone         | unchanged  | delete tombstone-delete
link    | gone         | changed    | delete tombstone-delete-changed
link    | gone         | gone       | unlink both-gone
link    | gone         | obstructed | unlink obstructed-unlink
link    | out of scope | unread     | delete left-scope-delete
link    | out of scope | unchanged  | delete left-scope-delete
link    | out of scope | changed    | delete left-scope-delete
link    | out of scope | gone       | unlink both-gone
link    | out of scope | obstructed | unlink obstructed-unlink
link    | broken       | unread     | set-aside broken-linked
link    | broken       | unchanged  | set-aside broken-linked
link    | broken       | changed    | set-aside broken-linked
link    | broken       | gone       | set-aside broken-linked
link    | broken       | obstructed | set-aside broken-linked
link    | none         | unread     | nothing record-unread
link    | none         | unchanged  | nothing record-unread
link    | none         | changed    | nothing record-unread
link    | none         | gone       | nothing record-unread
link    | none         | obstructed | nothing record-unread
`;

const expected = new Map(
  TABLE.trim()
    .split("\n")
    .map((line) => {
      const [link, record, item, ...ends] = line
        .split("|")
        .map((cell) => cell.trim());
      const all = keysOf(WAYS).map(
        (_, way) => ends[ends.length === 2 ? way >> 1 : way] ?? ends[0],
      );
      return [`${link}, ${record}, ${item}`, all] as const;
    }),
);

const rows = LINKS.flatMap((link) =>
  keysOf(RECORDS).flatMap((record) =>
    keysOf(ITEMS).map((item) => [link, record, item] as const),
  ),
);

describe("the planner's table", () => {
  it("has a row for every case and no other", () =>
    expect([...expected.keys()]).toEqual(rows.map((row) => row.join(", "))));

  it.each(rows)("%s, record %s, item %s", (link, record, item) => {
    const ends = keysOf(WAYS).map((way) => {
      const { does, cell } = decided(inputOf(link, record, item, way));
      return `${does} ${cell}`;
    });
    expect(ends).toEqual(expected.get(`${link}, ${record}, ${item}`));
  });
});
