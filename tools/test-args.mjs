// What `npm test`, `npm run test:long` and `npm run test:security` take. Read before anything is built, so that a help text
// and a slip of the pen cost no build.
import { globSync } from "node:fs";
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { home } from "./run.mjs";

const COMMON = `
  PATH      specs with this in their path only, e.g. tools/faults/src/kill; several are joined by "or"
  -t NAME   tests with this in their names only (a regular expression)`;

const SUITE = `npm test [-- [PATH ...] [-t NAME]]

Lint, types, build, then every test but the long matrices: about twenty minutes on two cores. Exit code 1 where anything failed,
2 where the arguments are wrong. Tests that need a program which cannot be installed are skipped, and listed.
${COMMON}

In the environment: PROPERTY_SEED=NUMBER draws other cases of the properties.
Others: npm run test:long -- --help, npm run test:security -- --help
`;

const LONG = `npm run test:long [-- [PATH ...] [-t NAME]]

Builds, then runs the long matrices alone (*.long.spec.ts): every kill point, outage and fault of a DAV server, the contract
with every server and trap, histories of two users. Hours on two cores; the kill matrix takes longest. Exit code 1 where
anything failed, 2 where the arguments are wrong.
${COMMON}

In the environment, for tools/faults/src/kill (tools/faults/README.md):
  KILL_STORE=Redis|PostgreSQL   the kill matrix over one of the two stores of wake-ups
  KILL_POINT="..."              one kill point again, as a failure prints it
`;

const SECURITY = `npm run test:security

Builds, then runs the specs which prove that many brokerages are kept apart, and counts the cases of each part: about six
minutes on two cores. Takes no arguments, as a part that tried nothing is a failure. One spec alone: npm test -- PATH.
Exit code 1 where anything failed, 2 where there are arguments. What is proved: docs/security.md
`;

/** @returns the arguments for vitest, or what to print and with which exit code to end */
export function readTestArgs(args, { long = false } = {}) {
  return read(args, long ? LONG : SUITE, {
    specs: () =>
      globSync("{libs,apps,tools}/*/{src,server}/**/*.spec.ts", { cwd: home })
        .filter((path) => path.endsWith(".long.spec.ts") === long)
        .map((path) => path.replaceAll("\\", "/")),
  });
}

export const readSecurityArgs = (args) => read(args, SECURITY, {});

function read(args, usage, { specs }) {
  const wrong = (sentence) => ({
    end: { code: 2, out: "", err: `${sentence}\n\n${usage}` },
  });
  let values, positionals;
  try {
    ({ values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h" },
        ...(specs && { testNamePattern: { type: "string", short: "t" } }),
      },
    }));
  } catch (error) {
    // Node's further advice is about dashes before a path, which nobody meant.
    return wrong(`${error.message.split(". To specify")[0]}.`);
  }
  if (values.help) return { end: { code: 0, out: usage, err: "" } };
  if (!specs)
    return positionals.length === 0
      ? { vitest: [] }
      : wrong(`There is nothing to choose: "${positionals.join(" ")}".`);
  const all = positionals.length === 0 ? [] : specs();
  const paths = positionals.map((path) =>
    path.startsWith("/") ? relative(home, path) : path.replace(/^\.\//, ""),
  );
  const [strange] = paths.filter(
    (path) => !all.some((spec) => spec.includes(path)),
  );
  if (strange !== undefined)
    return wrong(`None of these specs has "${strange}" in its path.`);
  return {
    vitest: [
      ...paths,
      ...(values.testNamePattern === undefined
        ? []
        : ["-t", values.testNamePattern]),
    ],
  };
}

/** Ends here where the arguments say so. */
export function vitestArgs({ end, vitest }) {
  if (end === undefined) return vitest;
  process.stdout.write(end.out);
  process.stderr.write(end.err);
  process.exit(end.code);
}
