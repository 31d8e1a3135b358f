import type { CaseResult } from "@ams-sync/connector-kit/contract";

/** Three-valued: where every case was skipped, nothing was shown. */
export type Coping = "shown" | "broken" | "not asked";

export const copingIn = (
  cases: readonly CaseResult[],
  shownBy: RegExp,
): Coping => {
  const outcomes = cases.flatMap(({ name, outcome }) =>
    shownBy.test(name) ? [outcome] : [],
  );
  if (outcomes.includes("broken")) return "broken";
  return outcomes.includes("kept") ? "shown" : "not asked";
};

const MARKS: Readonly<Record<Coping, string>> = {
  shown: "ok",
  broken: "NO",
  "not asked": " ?",
};

/** A trap that this server has. */
export interface TrapFound {
  readonly trap: string;
  readonly server: string;
  readonly product: string;
  /** What the cases came to that show it. */
  readonly copes: Coping;
}

export interface ContractReport {
  readonly server: string;
  readonly ok: boolean;
  readonly traps: readonly TrapFound[];
  readonly cases: readonly CaseResult[];
  readonly requests: number;
  readonly seconds: number;
  /** Addresses of collections of ours that could not be removed. */
  readonly left: readonly string[];
}

const WIDTHS = [34, 34, 52] as const;

/** For people: what the server does, how the product copes, what was not kept and what to do. */
export function reportText(report: ContractReport): string {
  const { cases, traps } = report;
  const count = (outcome: CaseResult["outcome"]) =>
    cases.filter((one) => one.outcome === outcome).length;
  const broken = cases.filter(({ outcome }) => outcome === "broken");
  return [
    "",
    ...(traps.length === 0
      ? [`${report.server} does what clients hope for, everywhere.`]
      : table(traps)),
    "",
    ...[...skipReasons(cases)].map(
      ([reason, n]) => `  ${n} not asked: ${reason}`,
    ),
    `${cases.length} promises: ${count("kept")} kept, ${broken.length} broken, ${count("skipped")} not asked; ${report.requests} requests in ${report.seconds} s.`,
    ...broken.flatMap(({ name, asserts, reason }) => [
      "",
      `  BROKEN  ${name}`,
      `          ${asserts}`,
      `          ${reason}`,
    ]),
    ...leftText(report.left),
    "",
    report.ok
      ? `ams-sync copes with ${report.server}${traps.some(({ copes }) => copes === "not asked") ? ", as far as it could be asked here" : ""}.`
      : `ams-sync does not cope with ${report.server}. Let nobody connect an account there yet; give this report (--json) to the makers of ams-sync, and to the provider of the server where it does not what its own answers say.`,
    "",
  ].join("\n");
}

/** Where there is no report: whether anything of ours is still there. */
export const farewell = (left: readonly string[]): string =>
  left.length === 0
    ? "What was made there is removed.\n"
    : `${leftText(left).join("\n")}\n`;

const leftText = (left: readonly string[]): readonly string[] =>
  left.length === 0
    ? []
    : [
        "",
        "These collections could not be removed; please remove them:",
        ...left.map((url) => `  ${url}`),
      ];

function skipReasons(
  cases: readonly CaseResult[],
): ReadonlyMap<string, number> {
  const reasons = new Map<string, number>();
  for (const { outcome, reason = "" } of cases)
    if (outcome === "skipped")
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return reasons;
}

function table(traps: readonly TrapFound[]): readonly string[] {
  const rows = traps.map(({ trap, server, product, copes }) => ({
    cells: [trap, server, product],
    mark: MARKS[copes],
  }));
  const head = {
    cells: ["trap", "what the server does", "how ams-sync copes"],
    mark: "  ",
  };
  return [head, ...rows].flatMap(({ cells, mark }) => {
    const columns = cells.map((cell, at) => wrapped(cell, WIDTHS[at] ?? 40));
    const height = Math.max(...columns.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) =>
      [
        `  ${line === 0 ? mark : "  "}`,
        ...columns.map((lines, at) =>
          (lines[line] ?? "").padEnd(WIDTHS[at] ?? 40),
        ),
      ]
        .join("  ")
        .trimEnd(),
    );
  });
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    const longer = last === "" ? word : `${last} ${word}`;
    if (longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
