/** Names statements by what they do, so that a place in a run can be told from others. One per connection. */
export class SqlLabels {
  /** Of the open transaction. */
  #writes: string[] | undefined;

  of(sql: string): string {
    const text = plain(sql);
    if (/^(begin|start transaction)/.test(text)) {
      this.#writes = [];
      return "begin";
    }
    if (/^(commit|end)\b/.test(text)) return this.#end("commit");
    if (text.startsWith("rollback")) return this.#end("rollback");
    const does = whatItDoes(text);
    if (!does.writes) return does.label;
    // What stands alone is committed with its own end.
    if (this.#writes === undefined) return `${does.label} at once`;
    for (const write of does.label.split(", "))
      if (!this.#writes.includes(write)) this.#writes.push(write);
    return does.label;
  }

  #end(how: "commit" | "rollback"): string {
    const writes = this.#writes ?? [];
    this.#writes = undefined;
    return `${how} ${summaryOf(writes)}`;
  }
}

/**
 * How results and transactions of ams are grouped is a matter of time: a transaction goes by what tells most of it, so that
 * the same place has the same name the next time.
 */
const TELLING: readonly (readonly [RegExp, string])[] = [
  [/ feed$/, "feed"],
  [/^insert run$/, "begin of run"],
  [/^delete run$/, "end of run"],
  [/ container$/, "container"],
  [/ announcement$/, "announcement"],
  [/^insert stream$/, "streams"],
  [/^(insert|delete) link$/, "links"],
  [/^insert inbox$/, "intake"],
  [/^delete inbox$/, "strikes"],
  [/^update inbox$/, "marks"],
];

function summaryOf(writes: readonly string[]): string {
  if (writes.length === 0) return "of nothing";
  const [, name] =
    TELLING.find(([pattern]) => writes.some((write) => pattern.test(write))) ??
    [];
  return name ?? writes.join(", ");
}

const plain = (sql: string): string =>
  sql
    .replace(/--[^\n]*/g, " ")
    .replaceAll('"', "")
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase();

/** "on conflict … do update" and "for update" are no updates of a table. */
const WRITE =
  /\b(insert into|delete from|(?<!\bdo )(?<!\bfor )(?<!\bkey )update) (?:\w+\.)?(\w+)/g;
const VERBS: Readonly<Record<string, string>> = {
  "insert into": "insert",
  "delete from": "delete",
  update: "update",
};
/** Functions that change nothing but the session. */
const HARMLESS = new Set([
  "set_config",
  "pg_try_advisory_lock",
  "pg_advisory_xact_lock",
]);

function whatItDoes(text: string): { label: string; writes: boolean } {
  const writes = [...text.matchAll(WRITE)].map(
    ([, verb = "", table]) => `${VERBS[verb]} ${table}`,
  );
  if (writes.length > 0)
    return { label: [...new Set(writes)].join(", "), writes: true };
  // A function called for its effect, as the queues do.
  const called = /^select (?:[\w*, ]+ from )?(?:\w+\.)?(\w+)\(/.exec(text)?.[1];
  if (called !== undefined)
    return { label: `call ${called}`, writes: !HARMLESS.has(called) };
  const verb = /^\w+/.exec(text)?.[0] ?? "nothing";
  if (verb !== "select" && verb !== "with")
    return { label: text.split(" ").slice(0, 2).join(" "), writes: false };
  const table = /\bfrom \(*(?:select \* from )?(?:\w+\.)?(\w+)/.exec(text)?.[1];
  const lock = /\bfor (no key )?update\b/.test(text) ? "lock" : "select";
  return { label: `${lock} ${table ?? "nothing"}`, writes: false };
}
