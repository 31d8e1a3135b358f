import { describe, expect, it, vi } from "vitest";
import { logger } from "./logger.js";
import { describeError, redact, redactText } from "./redaction.js";

const lines: string[] = [];
const log = logger("test", {
  write: (line: string) => {
    lines.push(line);
  },
});
const written = (): Record<string, unknown> =>
  JSON.parse(lines.splice(0).join("")) as Record<string, unknown>;

describe("logger", () => {
  it("writes one JSON line with name, level and time", () => {
    log.info({ accountId: "42" }, "Grüße");
    expect(written()).toMatchObject({
      name: "test",
      level: "info",
      msg: "Grüße",
      accountId: "42",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    });
  });

  it("hides secrets and customers' fields at any depth", () => {
    log.info({
      password: "p1",
      request: { headers: { Authorization: "Bearer p2", accept: "*/*" } },
      links: [{ id: "7", fields: '{"lastName":"Müller"}' }],
      account: { credential: { username: "u", password: "p3" } },
    });
    const line = lines.join("");
    expect(line).not.toMatch(/p1|p2|p3|Müller/);
    expect(written()).toMatchObject({
      password: "[hidden]",
      request: { headers: { Authorization: "[hidden]", accept: "*/*" } },
      links: [{ id: "7", fields: "[hidden]" }],
      account: { credential: "[hidden]" },
    });
  });

  it("leaves out what libraries hang on errors", () => {
    const error = Object.assign(new Error("duplicate key value"), {
      code: "23505",
      detail: "Key (email)=(jürgen@example.org) already exists.",
      parameters: ["jürgen@example.org"],
    });
    log.error({ err: error }, "saving failed");
    expect(lines.join("")).not.toContain("jürgen");
    expect(written()).toMatchObject({
      err: { type: "Error", message: "duplicate key value", code: "23505" },
    });
  });

  it("hides passwords that stand in the text", () => {
    log.warn("cannot reach postgres://state:geheim@db:5432/sync");
    expect(lines.join("")).not.toContain("geheim");
    expect(written()["msg"]).toBe(
      "cannot reach postgres://state:[hidden]@db:5432/sync",
    );
  });

  it("takes its level from LOG_LEVEL", () => {
    vi.stubEnv("LOG_LEVEL", "warn");
    expect(logger("quiet").level).toBe("warn");
    vi.unstubAllEnvs();
    expect(logger("usual").level).toBe("info");
  });
});

describe("redactText", () => {
  it.each([
    ["redis://:pw@host:6379", "redis://:[hidden]@host:6379"],
    [
      "https://user:p%40ss@dav.example/ü",
      "https://user:[hidden]@dav.example/ü",
    ],
    ["Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [hidden]"],
    ["bearer abcdef0123456789", "bearer [hidden]"],
    [
      "token eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJhIn0.c2ln end",
      "token [hidden] end",
    ],
    ["https://dav.example:8443/a@b", "https://dav.example:8443/a@b"],
    ["basic check", "basic check"],
  ])("%s", (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });
});

describe("redact", () => {
  it("ends at circles", () => {
    const circle: Record<string, unknown> = { password: "p" };
    circle["self"] = circle;
    expect(JSON.stringify(redact(circle))).not.toContain('"p"');
  });

  it("changes nothing in place", () => {
    const object = { password: "p" };
    redact(object);
    expect(object.password).toBe("p");
  });
});

describe("describeError", () => {
  it("cuts the value that PostgreSQL quotes", () => {
    const error = Object.assign(
      new Error('invalid input syntax for type date: "1985-02-31 Müller"'),
      { code: "22007" },
    );
    expect(JSON.stringify(describeError(error))).not.toContain("1985");
    expect(describeError(error).message).toBe(
      "invalid input syntax for type date",
    );
  });

  it("follows causes", () => {
    const error = new Error("outer", { cause: new RangeError("inner") });
    expect(describeError(error).cause).toMatchObject({
      type: "RangeError",
      message: "inner",
    });
  });

  it("never prints what was thrown if it is no Error", () => {
    expect(JSON.stringify(describeError({ password: "p" }))).toBe(
      '{"type":"object","message":"(not an Error)"}',
    );
  });
});
