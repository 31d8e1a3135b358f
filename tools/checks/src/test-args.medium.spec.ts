import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { home } from "./checkout.js";
import { readSecurityArgs, readTestArgs } from "../../test-args.mjs";

/** As bootstrap.mjs starts them. Ends long before anything could be built. */
const start = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: join(home, "tools"),
    encoding: "utf8",
    timeout: 20_000,
  });
  return { code: status, out: stdout, err: stderr };
};

describe("the programs of the tests", () => {
  it.each([["test.mjs"], ["test.mjs", "--long"], ["security.mjs"]])(
    "%s %s says what it does, and what it takes",
    (...program) => {
      const { code, out, err } = start(...program, "--help");
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toMatch(/^npm (run )?test.*\n\n.* on two cores/s);
    },
  );

  it("refuse an option that they do not know before they build", () => {
    const { code, out, err } = start("test.mjs", "--long", "--nonsense");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^Unknown option '--nonsense'\.\n\nnpm run test:long /);
    expect(start("security.mjs", "nonsense/no/such")).toMatchObject({
      code: 2,
      out: "",
    });
  });
});

describe("their arguments", () => {
  it("paths of specs and a name are handed on", () => {
    const kill = "tools/faults/src/kill";
    expect(
      readTestArgs([`./${kill}`, join(home, kill), "-t", "slot dropped"], {
        long: true,
      }),
    ).toEqual({ vitest: [kill, kill, "-t", "slot dropped"] });
    expect(readTestArgs([])).toEqual({ vitest: [] });
    expect(readSecurityArgs([])).toEqual({ vitest: [] });
  });

  it("a path that no spec of theirs has is refused", () => {
    for (const args of [["nonsense/no/such"], ["libs/sync-core/src"]])
      expect(readTestArgs(args, { long: true })).toMatchObject({
        end: { code: 2, err: expect.stringContaining(`"${args[0]}"`) },
      });
    expect(readTestArgs(["libs/sync-core/src"])).toEqual({
      vitest: ["libs/sync-core/src"],
    });
  });

  it("a name that is missing, and names of options elsewhere, are refused", () => {
    for (const read of [
      readTestArgs(["-t"]),
      readSecurityArgs(["-t", "rights"]),
    ])
      expect(read).toMatchObject({ end: { code: 2 } });
  });
});
