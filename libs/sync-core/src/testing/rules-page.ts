import { LEFT_REASONS } from "../left-reason.js";
import { leftReasonText } from "../left-reason-text.js";
import { PROBLEM_CODES } from "../problem.js";
import { problemText, scopeReasonText } from "../problem-text.js";
import { SCOPE_REASONS } from "../scope.js";
import {
  decided,
  inputOf,
  ITEMS,
  keysOf,
  LINKS,
  RECORDS,
  SPECIAL,
  WAYS,
} from "./cases.js";
import { CELL_WORDS } from "./cell-words.js";

const LEAD = `<!-- Made from the code: WRITE_PAGES=1 npx vitest run libs/sync-core/src/testing -->

# What ams-sync does when

Both sides announce that something changed; then both are read and compared with the form in which they last agreed. One
table says what follows. No cell of it deletes in ams: there is no such action (R50–R52; R numbers: [requirements.md](requirements.md)). Code: the table is
\`libs/sync-core/src/plan.ts\`; what decides within its cells is in the four files \`rules-*.ts\` beside it.

For example:

- A customer moves, and the change is typed in ams: record changed, item unchanged, so **write there**.
- A new mobile number is typed into the telephone: record unchanged, item changed, so **write into ams**.
- Both sides change that number, differently: \`ams-wins\` writes there, \`remote-wins\` writes into ams.
- The contact is deleted on the telephone: record unchanged, item gone, so **remember the loss**; ams keeps the customer.
- The customer is deleted in ams: record gone, so **delete there**.

| the record is | when                                                     |
| --- | --- |
| unchanged     | in scope, and as both sides last agreed                  |
| changed       | in scope, and not as agreed                              |
| gone          | deleted in ams, as a tombstone and a fresh look say      |
| out of scope  | in ams, but not for this account, for a reason below     |
| broken        | in scope, but it cannot be carried, for a reason below   |
| none          | not there to be judged: no record, or nobody has read it |

| the item is | when                                                       |
| --- | --- |
| unread      | not looked at in this run                                  |
| unchanged   | as both sides last agreed                                  |
| changed     | not as agreed                                              |
| gone        | looked for and not there                                   |
| obstructed  | there, but no record can be made of it: a series, a group … |

Words of the rules:

- **Link**: what is remembered of a record and its item since they last agreed.
- **Out only**: nothing comes into ams (Tobit's appointments, R24). **Both ways**: all else.
- **ams-wins** ("lokale Version beibehalten"), **remote-wins** ("entfernte Version übernehmen"): decides only where both sides
  changed the same field, differently. Other fields merge. The value that gives way is kept in the conflict journal.
  Taken back, it is written into ams, as if somebody had changed it there, and goes to the other side from there; not where
  the field was changed since on either side.
- What is changed or emptied in ams is so there wherever the item says it, with a label or without one. Other numbers and
  addresses of the item are left; where ours is emptied, one of them may take its place and come into ams.
- Of several numbers or addresses of one kind the one that says what was agreed is ours, else the only one that is like
  it (an address: in more than half of what was agreed), else the only one. Where several are left and none is like it,
  ams keeps its own, and its user is told; all other fields go on. What ams changes then is put beside them.
- A number or an address that says exactly what was agreed stays ours when it is given another label, unless that is the
  label of another field: a mobile number that is moved to "home" is the private one from then on.
- A firm whose item loses the firm's name and shows the person who works there keeps its name in ams, and its user is told.
- The times of an appointment are one thing where both sides changed them; so is an address that one side emptied while the
  other changed it. Two addresses of which nothing was ever agreed fill each other up. Where their cities or their postal
  codes differ, or else their streets or their countries while they share no town, they are evidently two and not mixed: the
  policy decides on all their fields together.
- A field is emptied only if both sides once agreed that it was filled, or with an address that gives way as a whole. More
  than 10 and more than 5 % of a stream's items to delete or to empty within a day wait for approval, also where nothing comes in.
  They wait until then, however few they are by the next day, and further ones of the stream wait with them.
- What was written and is not there afterwards, as the server does not keep it, was not emptied: it stays in ams, goes along with
  whatever is sent next, and comes in where it is entered there ([ADR 0019](adr/0019-what-servers-keep.md)).
- Where the brokerage's time zone is set to another one, its appointments stay as ams has them, and their items are written
  anew in that zone. What was moved there comes in as the instant that it says ([ADR 0020](adr/0020-zone-of-agreed-times.md)).
- What a person's save or reset would do, or a first run into a place with items, is planned by these same rules and shown
  first. Until somebody agrees nothing is written on either side; afterwards what was not shown as deleted or emptied is
  held ([ADR 0015](adr/0015-preview.md)).
- Only the calendar that the connector made is its own. In any other one, also one that is merely named "ams", what is
  private or older than the connection does not come in unasked, and what is made private there no longer does (R25).
- Two events at one time for one reason are two where their remarks or those invited differ.
- A field that the options do not send (the birth date, R30) is neither sent nor cleared, on either side. What ams cannot hold (a
  birthday without a year) neither clears nor overwrites anything in ams. Once the options send a field that they did not
  send before, every item that was agreed on without it is read.
- A delete in ams of a record that was only matched with an item leaves that item where it is, as \`record-deleted\`: its
  category does not have the record made anew. Only its user does, or the record finds it that comes back.
- A copy of an item that carries its id, but is somebody or something else by name, is a question: it is not taken for the
  item once that one is missing.
- What was left where a stream wrote before it was pointed elsewhere is nobody's business any more, whatever becomes of its
  record ([ADR 0016](adr/0016-remove-or-leave.md)). It is once the stream is back there and the two agree again. An item that
  somebody puts into another folder there is gone from ours, and theirs: ams neither follows it nor deletes it.
- A loss there is noticed where the server tells of it, with sync tokens. That a list lacks an item says nothing: lists may
  be partial. On servers without tokens, and of what went while tokens were void, the loss shows with the record's next
  change, which restores the item.
- An event that is marked as cancelled is as good as gone: without a record it does not come in (\`cancelled\`). One that
  becomes so leaves its record in ams as it is and is shown as lost; the record's next change takes the mark away and puts
  there what ams holds, unless "leave" was chosen. What was changed there meanwhile is kept in the conflict journal. A reset
  is no change of the record.
- An invitation that the user has declined does not come in (\`declined\`). Which of those invited is the user is known from
  the server (\`calendar-user-address-set\`), from the login where it is an address, and from login and address in ams: else
  nobody can tell whose answer it is. What was accepted tentatively, or not answered, comes in. A declining that comes
  later leaves the appointment as it is, for its user to delete it in ams. These addresses name no customer either, and
  do not make two events of one.
- An appointment of ams whose event was lost there and that somebody enters again under a new UID (same day, times and reason)
  is the same one: it is connected with the new event, which is matched and stays where its record is deleted. Not so an
  appointment that was made of an event: its loss is shown, and the new event makes a second one. Two equal events of one
  calendar are two; to tell the one that replaces from the one that comes beside would take a loss that was told before, and
  servers without tokens tell none, others perhaps later: the outcome would hang on the order of answers. A second
  appointment is seen and removed; one that was taken for another is not.
`;

const DOES: Readonly<Record<string, string>> = {
  nothing: "nothing",
  read: "read",
  create: "create there",
  update: "write there",
  exchange: "write into ams, then there",
  take: "write into ams",
  import: "create in ams",
  link: "remember",
  delete: "delete there",
  unlink: "unlink",
  lose: "remember the loss",
  leave: "leave",
  "set-aside": "set aside",
  obstructed: "set aside",
};

const shown = ({ does, cell }: ReturnType<typeof decided>): string =>
  `**${DOES[does]}** (\`${cell}\`)`;

/** All the ways that end alike in one phrase. */
function outcome(
  link: (typeof LINKS)[number],
  record: keyof typeof RECORDS,
  item: keyof typeof ITEMS,
): string {
  const groups = new Map<string, string[]>();
  for (const way of keysOf(WAYS)) {
    const text = shown(decided(inputOf(link, record, item, way)));
    groups.set(text, [...(groups.get(text) ?? []), way]);
  }
  const all = [...groups];
  return all.length === 1
    ? (all[0]?.[0] ?? "")
    : all.map(([text, ways]) => `${wordsOf(ways)}: ${text}`).join("<br>");
}

const wordsOf = (ways: readonly string[]): string => {
  const half = (word: string) =>
    ways.length === 2 && ways.every((way) => way.includes(word));
  return (
    ["out only", "both ways", "ams-wins", "remote-wins"].find(half) ??
    ways.join("; ")
  );
};

const table = (
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string =>
  [heads, heads.map(() => "---"), ...rows]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");

/** docs/sync-rules.md, before it is formatted. */
export function rulesPage(): string {
  const planTables = LINKS.map((link) => {
    const rows = keysOf(RECORDS).flatMap((record) =>
      keysOf(ITEMS).map((item) => [record, item, outcome(link, record, item)]),
    );
    const title =
      link === "link"
        ? "## Record and item are linked"
        : '## There is no link\n\n"Unchanged" is a form that is equal on both sides, "changed" one that is not.';
    return `${title}\n\n${table(["record", "item", "what happens"], rows)}`;
  });
  const special = table(
    ["what else is known", "what happens"],
    SPECIAL.map(([words, input]) => [words, shown(decided(input))]),
  );
  const cells = table(
    ["cell", "meaning"],
    keysOf(CELL_WORDS).map((cell) => [`\`${cell}\``, CELL_WORDS[cell]]),
  );
  const reasons = <Code extends string>(
    codes: readonly Code[],
    text: (code: Code, language: "de" | "en") => string,
  ) =>
    table(
      ["code", "Deutsch", "English"],
      codes.map((code) => [`\`${code}\``, text(code, "de"), text(code, "en")]),
    );
  return [
    LEAD.trim(),
    ...planTables,
    `## What else counts\n\nBoth ways, ams-wins, linked and made by us where nothing else is said.\n\n${special}`,
    `## The cells\n\n${cells}`,
    `## Why a record is not sent\n\nThe first reason counts. \`too-old\` and \`not-edited-since\` hold back the first transfer only; a linked record stays (R16, R34).\n\n${reasons(SCOPE_REASONS, scopeReasonText)}`,
    `## Why an item stays where it is\n\n${reasons(LEFT_REASONS, leftReasonText)}`,
    `## Why a record cannot be carried, or a change there cannot come in\n\nWith the field concerned; here the name.\n\n${reasons(
      PROBLEM_CODES,
      (code, language) => problemText({ code, field: "name" }, language),
    )}`,
  ].join("\n\n");
}
