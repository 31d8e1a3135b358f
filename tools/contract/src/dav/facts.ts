/** Change with every write, whoever writes. */
const VOLATILE = new Set([
  "REV",
  "DTSTAMP",
  "LAST-MODIFIED",
  "SEQUENCE",
  "PRODID",
]);

/**
 * The statements of a card or an event: unfolded, names and parameters in one spelling, in no order. Each says which
 * component it is of.
 */
export function factsIn(text: string): readonly string[] {
  const facts: string[] = [];
  const inside: string[] = [];
  for (const line of text.replace(/\r?\n[ \t]/g, "").split(/\r?\n/)) {
    const [, head = "", value = ""] = HEAD.exec(line) ?? [];
    const [name = "", ...params] = split(head);
    const upper = name.toUpperCase();
    if (upper === "BEGIN") inside.push(value.toUpperCase());
    else if (upper === "END") inside.pop();
    else if (line !== "" && !VOLATILE.has(upper))
      facts.push(
        `${inside.join("/")} ${[upper, ...spelled(params)].join(";")}:${plain(value)}`,
      );
  }
  return facts.toSorted();
}

/** Up to the first colon that stands in no quotes. */
const HEAD = /^((?:[^":]|"[^"]*")*):(.*)$/s;

const split = (head: string): readonly string[] =>
  head.match(/(?:[^";]|"[^"]*")+/g) ?? [];

/** `TYPE=a,b` and `TYPE=a;TYPE=b` say the same, and quotes nothing. */
function spelled(params: readonly string[]): readonly string[] {
  return params
    .flatMap((param) => {
      const [name = "", value] = param.split(/=(.*)/s);
      const values = value?.match(/(?:[^",]|"[^"]*")+/g) ?? [""];
      return values.map(
        (one) =>
          `${name.toUpperCase()}=${one.replaceAll('"', "").toUpperCase()}`,
      );
    })
    .toSorted();
}

/** Escapes that one may write or not (RFC 6350 section 3.4), and empty parts at the end. */
const plain = (value: string): string =>
  value
    .replace(/\\([:;,])/g, "$1")
    .replace(/\\N/g, "\\n")
    .replace(/[;\s]+$/, "");
