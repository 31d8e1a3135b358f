import type { Row } from "./plan.js";

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** One line of COPY's text format (PostgreSQL manual, COPY, "Text Format"). */
export function copyLine(row: Row): string {
  return `${row.map(copyCell).join("\t")}\n`;
}

function copyCell(cell: Row[number]): string {
  if (cell === null) return "\\N";
  return typeof cell === "string"
    ? cell.replace(/[\\\n\r\t]/g, (found) => ESCAPES[found] ?? found)
    : String(cell);
}

/** Lines in pieces of about 64 KiB: one write per row would cost more than making it. */
export function* copyPieces(rows: Iterable<Row>): Generator<string> {
  let piece = "";
  for (const row of rows) {
    piece += copyLine(row);
    if (piece.length < 65_536) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}
