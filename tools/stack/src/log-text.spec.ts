import { describe, expect, it } from "vitest";
import { lastWords } from "./log-text.js";

const line = (level: string, msg: string, err?: object): string =>
  JSON.stringify({ level, name: "state", msg, ...(err && { err }) });

describe("lastWords", () => {
  it("tells the errors with their causes and leaves the rest out", () => {
    expect(
      lastWords(
        [
          line("info", "state is up"),
          line("error", "feed lost", { message: "Straße gesperrt" }),
          line("fatal", "Set these environment variables right: A (missing)"),
          "",
        ].join("\n"),
      ),
    ).toBe(
      "feed lost: Straße gesperrt\nSet these environment variables right: A (missing)",
    );
  });

  it("keeps what Node itself printed", () => {
    expect(
      lastWords(`${line("info", "x")}\nError: boom\n    at y.js:1\n`),
    ).toBe("Error: boom\n    at y.js:1");
  });

  it("gives the last lines of a log without errors", () => {
    const log = Array.from({ length: 20 }, (_, i) => line("info", `m${i}`));
    expect(lastWords(log.join("\n"), 2)).toBe(log.slice(-2).join("\n"));
    expect(lastWords("")).toBe("");
  });
});
